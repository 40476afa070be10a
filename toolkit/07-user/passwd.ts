/**
 * Users by name: `--user web:staff` means the web and the staff of the container's own /etc/passwd and /etc/group.
 *
 *     passwd   web:x:33:33::/var/www:/bin/sh            name, –, uid, gid, –, home, shell
 *     group    staff:x:50:web,mary                      name, –, gid, members
 *
 * The surprise: the kernel knows no names. A number works also where the files don't list it, or don't exist.
 *
 * Sources: passwd(5), group(5), docker run --user, OCI image-spec config.md "User".
 * @module
 */
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import {isErrno} from '#kernel/error';
import {fdPath, O_PATH, openInRoot, type Root, withFd} from '#kernel/path';

/** The two files' texts; undefined for a file that isn't there. */
export interface UserFiles {
	readonly passwd?: string | undefined;
	readonly group?: string | undefined;
}

/** A user with its groups, and where it is at home. */
export interface ResolvedUser {
	readonly uid: number;
	readonly gid: number;
	readonly additionalGids: readonly number[];
	/** For the variable HOME: `/` if the files don't say. */
	readonly home: string;
}

interface PasswdEntry {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
	readonly home: string;
}

interface GroupEntry {
	readonly name: string;
	readonly gid: number;
	readonly members: readonly string[];
}

/** Docker's own limit on ids, half of the kernel's. */
const LAST_ID = 2 ** 31 - 1;
/** More than this is no user list: an image could otherwise fill the engine's memory. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Finds who `user` is: `name`, `uid`, `name:group`, `uid:gid`, or the empty text for user 0.
 *
 * @param additionalGroups further groups, by name or number (`--group-add`).
 * @throws {Error} "unable to find user …", as docker says it.
 */
export function resolveUser(user: string, files: UserFiles, additionalGroups: readonly string[] = []): ResolvedUser {
	const [userText = '', groupText = ''] = splitOnce(user, ':');
	const passwd = parsePasswd(files.passwd ?? '');
	const groups = parseGroup(files.group ?? '');
	const uid = userText === '' ? 0 : numberOf(userText);
	const entry = passwd.find(candidate => (uid === undefined ? candidate.name === userText : candidate.uid === uid));
	if (entry === undefined && uid === undefined) {
		throw new Error(`unable to find user ${userText}: no matching entries in passwd file`);
	}
	const memberships = groups.filter(({members}) => entry !== undefined && members.includes(entry.name));
	const gid = groupText === '' ? inRange(entry?.gid ?? 0) : gidOf(groupText, groups);
	return {
		uid: inRange(entry?.uid ?? uid ?? 0),
		gid,
		// Who names a group gets that one alone, as with docker. It is listed here as well: a program that exchanges its group
		// for another, by a setgid file, must not lose this one, where files may forbid it something (CVE-2022-36109).
		additionalGids: [
			...new Set([
				gid,
				...(groupText === '' ? memberships.map(({gid}) => inRange(gid)) : []),
				...additionalGroups.map(group => gidOf(group, groups)),
			]),
		],
		home: entry?.home || '/',
	};
}

/**
 * Reads both files inside a root directory, whatever tricks they are: links stay inside, and only regular files of
 * sensible size are read.
 *
 * @throws {Error} in one line for a file that isn't one; {KernelError} `ELOOP`, `EACCES`.
 */
export function readUserFiles(root: Root = '/'): UserFiles {
	return {passwd: readInRoot(root, '/etc/passwd'), group: readInRoot(root, '/etc/group')};
}

/** Reads the text of a passwd file. Lines without a name and two numbers are passed over. */
export function parsePasswd(text: string): readonly PasswdEntry[] {
	return fieldsOf(text).flatMap(([name, , uidText, gidText, , home = '']) => {
		const [uid, gid] = [numberOf(uidText), numberOf(gidText)];
		return name && uid !== undefined && gid !== undefined ? [{name, uid, gid, home}] : [];
	});
}

/** Reads the text of a group file. Lines without a name and a number are passed over. */
export function parseGroup(text: string): readonly GroupEntry[] {
	return fieldsOf(text).flatMap(([name, , gidText, members = '']) => {
		const gid = numberOf(gidText);
		return name && gid !== undefined ? [{name, gid, members: members.split(',').filter(member => member !== '')}] : [];
	});
}

function fieldsOf(text: string): readonly (readonly string[])[] {
	return text
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(line => line.split(':'));
}

function splitOnce(text: string, separator: string): readonly string[] {
	const at = text.indexOf(separator);
	return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function numberOf(text: string | undefined): number | undefined {
	return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function gidOf(text: string, groups: readonly GroupEntry[]): number {
	const gid = numberOf(text);
	const entry = groups.find(candidate => (gid === undefined ? candidate.name === text : candidate.gid === gid));
	if (entry === undefined && gid === undefined) {
		throw new Error(`unable to find group ${text}: no matching entries in group file`);
	}
	return inRange(entry?.gid ?? gid ?? 0);
}

function inRange(id: number): number {
	if (id > LAST_ID) throw new Error(`uids and gids must be in range 0-${LAST_ID}`);
	return id;
}

function readInRoot(root: Root, path: string): string | undefined {
	try {
		return withFd(openInRoot(root, path, O_PATH), named => {
			// Asked about before it is opened: merely opening a FIFO would wait for ever.
			if (!fstatSync(named).isFile()) throw new Error(`${path} in the container's root is no regular file`);
			return readLimited(path, openSync(fdPath(named), constants.O_RDONLY));
		});
	} catch (error) {
		if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
		throw error;
	}
}

function readLimited(path: string, fd: number): string {
	try {
		const {size} = fstatSync(fd);
		if (size > MOST_BYTES) throw new Error(`${path} in the container's root is too large: ${size} bytes`);
		const bytes = Buffer.alloc(size);
		return bytes.subarray(0, readSync(fd, bytes)).toString();
	} finally {
		closeSync(fd);
	}
}
