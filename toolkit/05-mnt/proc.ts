/**
 * What may be mounted on a container's /proc.
 *
 *     /proc             ◀── a /proc       no other directory, however much it looks like one
 *     /proc/meminfo     ◀── any file      lxcfs tells there what the container may use, not what the machine has
 *     /proc/self/attr   ◀── nothing
 *
 * The surprise: a volume there is an attack on whoever starts the container. A program's AppArmor profile is set by a
 * write to /proc/self/attr/exec; where that is a plain file, the write succeeds and nothing is confined (CVE-2019-16884).
 *
 * Source: opencontainers/runc, libcontainer/rootfs_linux.go; lxcfs(1).
 * @module
 */
import {readlinkSync, statSync} from 'node:fs';
import {relative} from 'node:path';
import {tolerate} from '#kernel/error';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import {fileSystemType} from '#kernel/statfs';

/** Where something is to be mounted. */
export interface WantedPlace {
	/** As the specification has it. */
	readonly destination: string;
	/** A descriptor of what it leads to: all links are followed. */
	readonly fd: number;
	/** Whether what will be mounted is a /proc itself. */
	readonly showsProc: boolean;
}

/** @throws {Error} if the mount would hide a part of the container's /proc that the engine or programs rely on. */
export function requireProcKept(rootfs: string, {destination, fd, showsProc}: WantedPlace): void {
	// An image may have a link at /proc: what counts is where proc itself is mounted then.
	const proc = tolerate(['ENOENT', 'ENOTDIR'], () => openInRoot(rootfs, '/proc', O_PATH));
	if (proc === undefined) return;
	const inside = relative(withFd(proc, pathOf), pathOf(fd));
	if (inside === '..' || inside.startsWith('../')) return;
	if (inside === '' && !showsProc)
		throw new Error(`mount ${destination}: it leads to the container's /proc, where only proc itself may be mounted`);
	if (inside !== '' && !replaceable.has(inside))
		throw new Error(`mount ${destination}: it leads into the container's /proc, which is not to be covered`);
}

/** Whether `path` is the top of a mounted proc. */
export function isProc(path: string): boolean {
	return fileSystemType(path) === PROC_SUPER_MAGIC && statSync(path).ino === PROC_ROOT_INO;
}

const PROC_SUPER_MAGIC = 0x9fa0;
const PROC_ROOT_INO = 1;

/** Files that only tell: runc's list. */
const replaceable: ReadonlySet<string> = new Set([
	'cpuinfo',
	'diskstats',
	'loadavg',
	'meminfo',
	'slabinfo',
	'stat',
	'swaps',
	'sys/crypto/fips_enabled',
	'sys/kernel/ns_last_pid',
	'uptime',
]);

function pathOf(fd: number): string {
	return readlinkSync(fdPath(fd));
}
