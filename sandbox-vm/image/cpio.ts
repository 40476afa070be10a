/**
 * The archive that the kernel unpacks into its first root: cpio, in its "newc" form.
 *
 *     070701 inode mode uid gid nlink mtime size … namesize check    13 numbers of 8 hexadecimal digits
 *     name NUL, filled up to 4 bytes, data, filled up to 4 bytes
 *     …
 *     TRAILER!!!
 *
 * Source: https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 * @module
 */

/** A member; all of them are root's, and of 1970, so that the same members make the same bytes. */
export type Member =
	| {readonly type: 'file'; readonly name: string; readonly mode: number; readonly data: Uint8Array}
	| {readonly type: 'directory'; readonly name: string; readonly mode: number}
	| {
			readonly type: 'character device';
			readonly name: string;
			readonly mode: number;
			readonly major: number;
			readonly minor: number;
	  };

/** The archive of these members, in their order: a directory comes before what is in it. */
export function packCpio(members: readonly Member[]): Buffer {
	const end: Member = {type: 'file', name: 'TRAILER!!!', mode: 0, data: new Uint8Array()};
	return Buffer.concat([...members, end].flatMap((member, index) => pack(member, index + 1)));
}

const typeBits = {file: 0o100000, directory: 0o040000, 'character device': 0o020000} as const;

function pack(member: Member, inode: number): readonly Uint8Array[] {
	const {type, name, mode} = member;
	const data = type === 'file' ? member.data : new Uint8Array();
	const device = type === 'character device' ? [member.major, member.minor] : [0, 0];
	const nameBytes = Buffer.from(`${name}\0`);
	const numbers = [inode, typeBits[type] | mode, 0, 0, 1, 0, data.length, 0, 0, ...device, nameBytes.length, 0];
	const header = `070701${numbers.map(number => number.toString(16).padStart(8, '0')).join('')}`;
	return [...filledUp(Buffer.concat([Buffer.from(header), nameBytes])), ...filledUp(data)];
}

function filledUp(bytes: Uint8Array): readonly Uint8Array[] {
	return [bytes, Buffer.alloc(-bytes.length & 3)];
}
