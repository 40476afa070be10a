/**
 * Writing tar: a header of 512 bytes for each file, then its content, filled up to the next 512.
 *
 *     PAX header   what doesn't fit below: long paths, large numbers, extended attributes
 *     header       path, mode, owner, size, time, kind: octal digits
 *     content
 *     …            and two empty blocks at the end
 *
 * Ours, and not a library's, for one reason: those pass PAX values as text, and a file's capabilities are bytes.
 *
 * Sources: pax(1), "ustar Interchange Format" and "pax Extended Header"; OCI image spec, layer.md.
 * @module
 */

/** A tar is made of blocks of this size. */
export const BLOCK_BYTES = 512;
/** The two empty blocks at the end. */
export const tarEnd = Buffer.alloc(2 * BLOCK_BYTES);

/** One file of a tar. */
export interface TarEntry {
	readonly kind: TarKind;
	/** As it stands in the archive: `etc/motd`, not yet made safe. */
	readonly path: string;
	/** Of a hard link: the path of the file in the archive. Of a symbolic link: its text. */
	readonly linkPath: string;
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	/** Of the content that follows. */
	readonly sizeBytes: number;
	readonly mtimeSeconds: number;
	readonly major: number;
	readonly minor: number;
	readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

/** What an entry of a tar is. */
export type TarKind = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** The letter or digit that stands for each kind in a header. */
export const typeFlags: Readonly<Record<TarKind, string>> = {
	file: '0',
	link: '1',
	symlink: '2',
	character: '3',
	block: '4',
	directory: '5',
	fifo: '6',
};

/** The blocks that stand before an entry's content. */
export function encodeEntry(entry: TarEntry): Buffer {
	const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
	const records = [
		...(fitsText(path, 100) ? [] : [paxRecord('path', path)]),
		...(fitsText(entry.linkPath, 100) ? [] : [paxRecord('linkpath', entry.linkPath)]),
		...(fitsOctal(entry.uid, 7) ? [] : [paxRecord('uid', String(entry.uid))]),
		...(fitsOctal(entry.gid, 7) ? [] : [paxRecord('gid', String(entry.gid))]),
		...(fitsOctal(entry.sizeBytes, 11) ? [] : [paxRecord('size', String(entry.sizeBytes))]),
		...(fitsOctal(entry.mtimeSeconds, 11) ? [] : [paxRecord('mtime', String(entry.mtimeSeconds))]),
		...[...entry.xattrs].map(([name, value]) => paxRecord(`SCHILY.xattr.${name}`, value)),
	];
	const header = encodeHeader({...entry, path}, typeFlags[entry.kind]);
	if (records.length === 0) return header;
	const body = Buffer.concat(records);
	const paxHeader = encodeHeader({...entry, path: 'PaxHeader', linkPath: '', mode: 0o644, sizeBytes: body.length}, 'x');
	return Buffer.concat([paxHeader, body, padding(body.length), header]);
}

/** What fills a content of so many bytes up to the next block. */
export function padding(sizeBytes: number): Buffer {
	return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** `30 mtime=1350244992.023960108\n`: a record that begins with its own length, which counts its own digits. */
export function paxRecord(key: string, value: string | Uint8Array): Buffer {
	const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value as Uint8Array), Buffer.from('\n')]);
	let length = rest.length;
	while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
	return Buffer.concat([Buffer.from(String(length)), rest]);
}

function encodeHeader(entry: TarEntry, typeFlag: string): Buffer {
	const header = Buffer.alloc(BLOCK_BYTES);
	header.write(entry.path, 0, 100);
	writeOctal(header, entry.mode, 100, 7);
	writeOctal(header, entry.uid, 108, 7);
	writeOctal(header, entry.gid, 116, 7);
	writeOctal(header, entry.sizeBytes, 124, 11);
	writeOctal(header, entry.mtimeSeconds, 136, 11);
	header.write('        ', 148);
	header.write(typeFlag, 156);
	header.write(entry.linkPath, 157, 100);
	header.write('ustar\0' + '00', 257);
	writeOctal(header, entry.major, 329, 7);
	writeOctal(header, entry.minor, 337, 7);
	// The checksum is the sum of all bytes, with its own place counted as spaces.
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

function writeOctal(header: Buffer, value: number, offset: number, digits: number): void {
	// What doesn't fit stands in a PAX record, which counts.
	header.write((fitsOctal(value, digits) ? value : 0).toString(8).padStart(digits, '0'), offset);
}

function fitsOctal(value: number, digits: number): boolean {
	return Number.isInteger(value) && value >= 0 && value < 8 ** digits;
}

/** Other letters than ASCII are legal only in PAX records. */
function fitsText(text: string, bytes: number): boolean {
	return Buffer.byteLength(text) <= bytes && /^[\x20-\x7e]*$/.test(text);
}
