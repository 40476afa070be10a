/**
 * Cgroups as the failing process meets them: the ones that it is in, and the ones whose files it writes.
 *
 * Sources: cgroups(7), proc_pid_cgroup(5), Documentation/admin-guide/cgroup-v2.rst.
 * @module
 */
import {constants, readdirSync, readFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {parseCgroupFile} from '#observe/processes';
import type {Failure} from './cause.ts';
import {evidenceOf, type Line} from './look.ts';
import {type Mount, placeOf} from './mounts.ts';
import {pathsOf} from './path-arguments.ts';
import {withFile, withName, workingDirectory} from './paths.ts';

/** A cgroup's directory, as we see it. */
export interface CgroupAbove {
	readonly directory: string;
}

/** The cgroup that a process is in for a controller, and those above it, innermost first. */
export function cgroupsAbove(pid: number, controller: string): readonly CgroupAbove[] {
	const own = parseCgroupFile(readKernelFile(`/proc/${pid}/cgroup`));
	return listHierarchies().flatMap(hierarchy => {
		const path = own[hierarchy.name];
		const isTheirs = hierarchy.version === 2 || hierarchy.controllers.includes(controller);
		const lowest = path === undefined || !isTheirs ? undefined : cgroupDirectory(hierarchy, path);
		return lowest === undefined ? [] : upTo(hierarchy.mountPoint, lowest).map(directory => ({directory}));
	});
}

/** A file of a cgroup that a call is about. The paths are the process's own. */
export interface CgroupFile {
	readonly version: 1 | 2;
	readonly directory: string;
	/** `memory.max`; for calls on the cgroup itself its own name. */
	readonly name: string;
	readonly mount: Mount;
}

/** The file of a cgroup file system that the failure's path names, whether it is there or not; undefined for others. */
export function cgroupFileOf(failure: Failure): CgroupFile | undefined {
	const [argument] = pathsOf(failure);
	if (argument === undefined) return undefined;
	const {path, from} = argument;
	const whole = path.startsWith('/') ? path : `${from ?? workingDirectory(failure.pid)}/${path}`;
	const place = placeOf(failure.pid, dirname(whole));
	const kind = place?.mount.fileSystem;
	if (place === undefined || (kind !== 'cgroup' && kind !== 'cgroup2')) return undefined;
	return {version: kind === 'cgroup2' ? 2 : 1, directory: place.path, name: basename(whole), mount: place.mount};
}

/** The first line of a file inside the process's root, empty if it has none; undefined if it isn't there, or only for writing. */
export function lineInside(pid: number, path: string): Line | undefined {
	const text = tolerate(['ENOENT', 'EINVAL'], () =>
		withFile(pid, path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW, fd =>
			readFileSync(fd, 'utf8'),
		),
	);
	if (text === undefined) return undefined;
	const lines = text.split('\n').filter(line => line !== '');
	return {text: lines.join('\n'), evidence: evidenceOf(path, lines.length === 0 ? '(empty)' : shortened(lines))};
}

/** The words in such a file; none if it isn't there. */
export function wordsInside(pid: number, path: string): readonly string[] {
	return (lineInside(pid, path)?.text ?? '').split(/\s+/).filter(word => word !== '');
}

/** The cgroups right below one, by name. */
export function childrenOf(pid: number, directory: string): readonly string[] {
	return withName(pid, directory, fd => readdirSync(`/proc/self/fd/${fd}`, {withFileTypes: true}))
		.filter(entry => entry.isDirectory())
		.map(({name}) => name);
}

function upTo(top: string, lowest: string): readonly string[] {
	return lowest === top || !lowest.startsWith(top) ? [lowest] : [lowest, ...upTo(top, dirname(lowest))];
}

const MOST_SHOWN = 8;

function shortened(lines: readonly string[]): string {
	const shown = lines.slice(0, MOST_SHOWN).join(' ');
	return lines.length > MOST_SHOWN ? `${shown} … (${lines.length} lines)` : shown;
}
