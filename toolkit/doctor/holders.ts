/**
 * Who keeps a mount or a file in use: by a working directory, a root, the program that is run, an open descriptor.
 *
 * The surprise: a path doesn't tell which mount it is on, and other mount namespaces have paths of their own. The kernel
 * numbers mounts across all of them, and /proc/PID/fdinfo tells the number.
 *
 * Sources: proc_pid_fdinfo(5), proc_pid_cwd(5), proc_pid_maps(5).
 * @module
 */
import {closeSync, fstatSync, openSync, readdirSync, type Stats, statSync} from 'node:fs';
import {readKernelFile} from '#kernel/file';
import {O_PATH} from '#kernel/path';
import {eachProcess, linkAt, linkEvidence, tolerateGone} from './look.ts';
import {mountId, mountIdIn} from './mounts.ts';

/** One use of a mount or a file. */
export interface Holder {
	readonly pid: number;
	readonly by: 'cwd' | 'root' | 'exe' | 'open file' | 'mapped file';
	readonly evidence: string;
}

/** Who uses the mount with this number; the first use of each process. */
export function holdersOfMount(id: number, device: string): readonly Holder[] {
	return eachProcess(pid => {
		for (const by of ['cwd', 'root', 'exe'] as const) {
			const path = `/proc/${pid}/${by}`;
			if (tolerateGone(() => mountBehind(path)) === id) return {pid, by, evidence: linkEvidence(path)};
		}
		const fd = descriptorsOf(pid).find(fd => mountIdIn(readKernelFile(`/proc/${pid}/fdinfo/${fd}`)) === id);
		if (fd !== undefined) return {pid, by: 'open file', evidence: linkEvidence(`/proc/${pid}/fd/${fd}`)};
		const mapped = mappedLine(pid, device);
		return mapped === undefined ? undefined : {pid, by: 'mapped file', evidence: `/proc/${pid}/maps: ${mapped}`};
	});
}

/** Who has files of a file system open for writing, by a mount's number or, for all its mounts, by its device. */
export function writersOf(
	matches: {readonly mount: number} | {readonly file: Stats} | {readonly device: number},
): readonly Holder[] {
	return eachProcess(pid => {
		const fd = descriptorsOf(pid).find(fd => tolerateGone(() => isWriter(pid, fd, matches)) === true);
		return fd === undefined
			? undefined
			: {pid, by: 'open file', evidence: `${linkEvidence(`/proc/${pid}/fd/${fd}`)}, open for writing`};
	});
}

/** Who runs a program. */
export function runnersOf({dev, ino}: Stats): readonly Holder[] {
	return eachProcess(pid => {
		const exe = statSync(`/proc/${pid}/exe`);
		return exe.dev === dev && exe.ino === ino
			? {pid, by: 'exe', evidence: linkEvidence(`/proc/${pid}/exe`)}
			: undefined;
	});
}

function descriptorsOf(pid: number): readonly string[] {
	return tolerateGone(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
}

function isWriter(pid: number, fd: string, matches: Parameters<typeof writersOf>[0]): boolean {
	const info = readKernelFile(`/proc/${pid}/fdinfo/${fd}`);
	const flags = Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? '0', 8);
	if ((flags & O_ACCMODE) === 0 || (flags & O_PATH) !== 0) return false;
	if ('mount' in matches) return mountIdIn(info) === matches.mount;
	const stats = statSync(`/proc/${pid}/fd/${fd}`);
	if ('device' in matches) return stats.dev === matches.device && (stats.isFile() || stats.isDirectory());
	return stats.dev === matches.file.dev && stats.ino === matches.file.ino;
}

/** Opened as a name only, a magic link leads to the very mount that it stands for. */
function mountBehind(path: string): number {
	linkAt(path);
	const fd = openSync(path, O_PATH);
	try {
		return fstatSync(fd).isSymbolicLink() ? -1 : mountId(fd);
	} finally {
		closeSync(fd);
	}
}

/** A mapping of a file of the device: by it a library is in use whose descriptor has long been closed. */
function mappedLine(pid: number, device: string): string | undefined {
	const [major = 0, minor = 0] = device.split(':').map(Number);
	const hex = (number: number): string => number.toString(16).padStart(2, '0');
	const wanted = ` ${hex(major)}:${hex(minor)} `;
	const maps = tolerateGone(() => readKernelFile(`/proc/${pid}/maps`)) ?? '';
	return maps.split('\n').find(line => line.includes(wanted) && /\/\S/.test(line));
}

const O_ACCMODE = 3;
