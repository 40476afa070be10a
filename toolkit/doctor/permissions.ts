/**
 * Whether a process may read, write or search a file by its mode bits, asked on its behalf.
 *
 * Sources: path_resolution(7), capabilities(7), acl(5).
 * @module
 */
import type {Stats} from 'node:fs';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {parseIdMap} from '#kernel/idmap';
import {getXattr} from '#kernel/xattr';
import {statusWords} from './look.ts';
import {hasCapability} from './user-namespaces.ts';

/** The three bits of a mode: what is asked for. */
export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/** Whether the mode bits, or a capability that overrides them, let a process do what `wanted` says. */
export function mayAccess(pid: number, stats: Stats, wanted: number, path: string): boolean {
	// The file system's user and group are the last of four.
	const uid = Number(statusWords(pid, 'Uid')[3]);
	const gids = [statusWords(pid, 'Gid')[3], ...statusWords(pid, 'Groups')].map(Number);
	const shift = stats.uid === uid ? 6 : gids.includes(stats.gid) ? 3 : 0;
	if (((stats.mode >> shift) & wanted) === wanted) return true;
	// An access list may allow more than the bits say, and we don't judge what we don't read.
	if (tolerate(['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR'], () => getXattr(path, 'system.posix_acl_access')) !== undefined)
		return true;
	return isOverridden(pid, stats, wanted);
}

/** A file's type, mode and owner in one line, as evidence. */
export function modeEvidence(path: string, stats: Stats): string {
	const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
	return `stat ${path}: ${kindOf(stats)}, mode ${mode}, owner ${stats.uid}:${stats.gid}`;
}

/** What a file is, in a word. */
export function kindOf(
	stats: Stats,
): 'directory' | 'symbolic link' | 'character device' | 'block device' | 'FIFO' | 'socket' | 'file' {
	if (stats.isDirectory()) return 'directory';
	if (stats.isSymbolicLink()) return 'symbolic link';
	if (stats.isCharacterDevice()) return 'character device';
	if (stats.isBlockDevice()) return 'block device';
	if (stats.isFIFO()) return 'FIFO';
	return stats.isSocket() ? 'socket' : 'file';
}

/** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH count for files whose owner the process's user namespace knows. */
function isOverridden(pid: number, stats: Stats, wanted: number): boolean {
	if (!isMapped(pid, 'uid_map', stats.uid) || !isMapped(pid, 'gid_map', stats.gid)) return false;
	const mayRunNobody = (wanted & EXECUTE) !== 0 && !stats.isDirectory() && (stats.mode & 0o111) === 0;
	if (hasCapability(pid, 'CAP_DAC_OVERRIDE')) return !mayRunNobody;
	const looksOnly = wanted === READ || (stats.isDirectory() && (wanted & WRITE) === 0);
	return looksOnly && hasCapability(pid, 'CAP_DAC_READ_SEARCH');
}

/** Whether a process's user namespace has a number for an id that we see as `id`. */
export function isMapped(pid: number, map: 'uid_map' | 'gid_map', id: number): boolean {
	const lines = parseIdMap(readKernelFile(`/proc/${pid}/${map}`));
	const shared = readKernelFile(`/proc/${pid}/${map}`) === readKernelFile(`/proc/self/${map}`);
	// In a namespace of our own the map speaks of the parent's numbers, and an id without a number shows as the overflow one.
	if (shared)
		return lines.length > 0 && (id !== OVERFLOW_ID || lines.some(line => contains(line.inside, line.count, id)));
	return lines.some(({outside, count}) => contains(outside, count, id));
}

function contains(first: number, count: number, id: number): boolean {
	return id >= first && id < first + count;
}

const OVERFLOW_ID = 65534;
