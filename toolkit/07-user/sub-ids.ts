/**
 * Subordinate ids: the ranges of users and groups that the administrator has given to a user, to map as it likes.
 *
 *     /etc/subuid        mary:165536:65536
 *     mary (1000) ──▶    inside 0 = 1000, inside 1…65536 = 165536…231071
 *
 * Sources: subuid(5), subgid(5), newuidmap(1).
 * @module
 */
import {readFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {tolerate} from '#kernel/error';
import type {IdMapping, IdMaps} from '#user/id-maps';

/** A range of ids that belongs to somebody. */
export interface SubIdRange {
	/** A user's name or its number, as the file has it. */
	readonly owner: string;
	readonly first: number;
	readonly count: number;
}

/** Reads the text of /etc/subuid or /etc/subgid. As newuidmap does, lines that make no sense are passed over. */
export function parseSubIds(text: string): readonly SubIdRange[] {
	return text.split('\n').flatMap(line => {
		const fields = /^([^:\s#][^:]*):(\d{1,10}):(\d{1,10})$/.exec(line.trim());
		return fields && Number(fields[3]) > 0
			? [{owner: fields[1]!, first: Number(fields[2]), count: Number(fields[3])}]
			: [];
	});
}

/** The ranges of one user, whether the file calls it by name or by number. */
export function subIdsOf(user: {readonly name: string; readonly uid: number}, text: string): readonly SubIdRange[] {
	return parseSubIds(text).filter(({owner}) => owner === user.name || owner === String(user.uid));
}

/**
 * The maps for an ordinary user: itself is root inside; its subordinate ids are everybody else. Without such ids it is
 * alone inside, and programs that change to another user (apt, a web server) fail there.
 */
export function rootlessIdMaps(): IdMaps {
	const {uid, gid} = ownIds();
	const user = {name: nameOf(uid), uid};
	return {
		uidMappings: chain(subIdsOf(user, readOrEmpty('/etc/subuid')), [{containerID: 0, hostID: uid, size: 1}]),
		gidMappings: chain(subIdsOf(user, readOrEmpty('/etc/subgid')), [{containerID: 0, hostID: gid, size: 1}]),
	};
}

/** The maps of the caller alone: what the kernel lets an ordinary user write without any help. */
export function ownIdMaps(): IdMaps {
	const {uid, gid} = ownIds();
	return {
		uidMappings: [{containerID: 0, hostID: uid, size: 1}],
		gidMappings: [{containerID: 0, hostID: gid, size: 1}],
	};
}

/**
 * The maps that root gives a container: its ids, from 0 on, are the subordinate ids of `name`, and no real user's.
 *
 * @throws {Error} in one line if the files grant that user none.
 */
export function subIdMaps(name: string): IdMaps {
	const rangesIn = (path: string): readonly IdMapping[] => {
		const ranges = parseSubIds(readOrEmpty(path)).filter(({owner}) => owner === name);
		if (ranges.length === 0) throw new Error(`${path} grants ${name} no ids: add a line ${name}:100000:65536`);
		return chain(ranges, []);
	};
	return {uidMappings: rangesIn('/etc/subuid'), gidMappings: rangesIn('/etc/subgid')};
}

function ownIds(): {readonly uid: number; readonly gid: number} {
	return {uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0};
}

/** The caller's name, as its system knows it; its number if it doesn't. */
function nameOf(uid: number): string {
	try {
		return userInfo().username;
	} catch {
		return String(uid);
	}
}

/** Appends ranges to a map, each where the one before it ends inside. */
function chain(ranges: readonly SubIdRange[], start: readonly IdMapping[]): readonly IdMapping[] {
	const mappings = [...start];
	for (const {first, count} of ranges) {
		const last = mappings.at(-1);
		mappings.push({containerID: last ? last.containerID + last.size : 0, hostID: first, size: count});
	}
	return mappings;
}

function readOrEmpty(path: string): string {
	return tolerate(['ENOENT', 'EACCES'], () => readFileSync(path, 'utf8')) ?? '';
}
