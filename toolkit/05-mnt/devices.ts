/**
 * A minimal /dev: the few devices that every program counts on, and none that opens the machine.
 *
 *     null zero full random urandom tty       devices, by mknod or bound from the host
 *     fd stdin stdout stderr ptmx (core)      links into /proc and /dev/pts
 *     console                                 the container's terminal, if it has one
 *
 * The surprise: a device file is only two numbers, which anybody with CAP_MKNOD may write anywhere. What keeps a
 * container from opening the disk is the device cgroup, not what lies in its /dev.
 *
 * Source: OCI runtime spec, config-linux.md, "Default Devices" and "Devices".
 * @module
 */
import {
	chmodSync,
	chownSync,
	existsSync,
	fstatSync,
	lstatSync,
	type Stats,
	statSync,
	symlinkSync,
	unlinkSync,
} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {isErrno, tolerate} from '#kernel/error';
import {deviceNumber, mknodat} from '#kernel/mknod';
import {MS_BIND, mount} from '#kernel/mount';
import {fdPath, makeDirectoryInRoot, O_PATH, openInRoot, withFd} from '#kernel/path';
import type {Step} from '#kernel/plan';
import {openMountPoint} from '#mnt/mountpoint';
import type {Device} from '#mnt/types';

/** What `deviceSteps` needs. */
export interface DeviceOptions {
	readonly rootfs: string;
	/** Devices beside those that every container has. */
	readonly devices?: readonly Device[] | undefined;
	/** The terminal that becomes /dev/console: the path of a pty's slave, in the mount namespace that the steps run in. */
	readonly terminal?: string | undefined;
	/** In a user namespace devices can't be made: those of the host are shown. */
	readonly userNamespace?: boolean | undefined;
}

/** Fills the container's /dev, which is mounted before. */
export function deviceSteps({rootfs, devices = [], terminal, userNamespace = false}: DeviceOptions): readonly Step[] {
	const steps: Step[] = [
		{
			module: 'mnt',
			title: 'make a minimal /dev',
			why: 'programs count on /dev/null and a few more; any other device stays out',
			run: () => {
				const place = userNamespace ? bindFromHost : makeDevice;
				for (const device of [...defaultDevices, ...devices]) place(rootfs, device);
				for (const [name, target] of links) makeLink(rootfs, name, target);
				// Not every kernel shows its memory, and a link that leads nowhere helps nobody.
				if (existsSync(kernelMemory)) makeLink(rootfs, 'core', kernelMemory);
			},
		},
	];
	if (terminal !== undefined) {
		steps.push({
			module: 'mnt',
			title: 'put the terminal on /dev/console',
			why: 'programs that look for their terminal by name find it inside',
			run: () =>
				withFd(openMountPoint(rootfs, '/dev/console', 'file').fd, target =>
					mount(terminal, fdPath(target), null, MS_BIND),
				),
		});
	}
	return steps;
}

const memory = (name: string, minor: number): Device => ({type: 'c', path: `/dev/${name}`, major: 1, minor});
const defaultDevices: readonly Device[] = [
	memory('null', 3),
	memory('zero', 5),
	memory('full', 7),
	memory('random', 8),
	memory('urandom', 9),
	{type: 'c', path: '/dev/tty', major: 5, minor: 0},
];

const links = [
	['fd', '/proc/self/fd'],
	['stdin', '/proc/self/fd/0'],
	['stdout', '/proc/self/fd/1'],
	['stderr', '/proc/self/fd/2'],
	['ptmx', 'pts/ptmx'],
] as const;
const kernelMemory = '/proc/kcore';

function makeDevice(rootfs: string, device: Device): void {
	const {type, path, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0} = device;
	const kind = type === 'u' ? 'c' : type;
	withFd(makeDirectoryInRoot(rootfs, dirname(path)), directory => {
		const name = basename(path);
		removeOther(directory, name);
		const refused = tolerateRefusal(() => mknodat(directory, name, {kind, major, minor, mode: fileMode & 0o7777}));
		if (refused) return bindFromHost(rootfs, device);
		withFd(openInRoot(directory, name, O_PATH), node => {
			chownSync(fdPath(node), uid, gid);
			// mknod took the umask off, and a change of owner may take bits off too.
			chmodSync(fdPath(node), fileMode & 0o7777);
		});
	});
}

/** In a user namespace no device can be made; but those of the host may be shown, and keep the host's permissions. */
function bindFromHost(rootfs: string, device: Device): void {
	const {path, type, major = 0, minor = 0} = device;
	const host = tolerate(['ENOENT'], () => statSync(path));
	if (host === undefined || !isDevice(host, type) || host.rdev !== deviceNumber(major, minor)) {
		throw new Error(`device ${path}: it can't be made here, and the host has none at ${path} to show instead`);
	}
	withFd(openMountPoint(rootfs, path, 'file').fd, target => {
		if (!fstatSync(target).isFile()) throw new Error(`device ${path}: something else is there`);
		mount(path, fdPath(target), null, MS_BIND);
	});
}

function makeLink(rootfs: string, name: string, target: string): void {
	withFd(makeDirectoryInRoot(rootfs, '/dev'), directory => {
		removeOther(directory, name);
		symlinkSync(target, join(fdPath(directory), name));
	});
}

/** Without a tmpfs on /dev, an image's own file may stand where a device belongs. A directory there is left: mknod says so. */
function removeOther(directory: number, name: string): void {
	const path = join(fdPath(directory), name);
	const there = tolerate(['ENOENT'], () => lstatSync(path));
	if (there !== undefined && !there.isDirectory()) unlinkSync(path);
}

function tolerateRefusal(make: () => void): boolean {
	try {
		make();
		return false;
	} catch (error) {
		if (isErrno(error, 'EPERM')) return true;
		throw error;
	}
}

function isDevice(stats: Stats, type: Device['type']): boolean {
	if (type === 'p') return stats.isFIFO();
	return type === 'b' ? stats.isBlockDevice() : stats.isCharacterDevice();
}
