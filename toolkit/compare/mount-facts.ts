/**
 * What is mounted where, and which devices there are.
 *
 * Sources: proc_pid_mountinfo(5), null(4), pts(4).
 * @module
 */
import {lstatSync, readdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {type Fact, facts} from '#compare/fact';
import {fdPath, O_PATH, openInRoot, withFd} from '#kernel/path';
import type {ObservedMount} from '#observe';
import {readMounts} from '#observe/mounts';

/** Each mount by its place; of several in one place the topmost. */
export function mountFacts(pid: number): readonly Fact[] {
	return facts('mount', Object.fromEntries(readMounts(pid).map(mount => [mount.mountPoint, describe(mount)])));
}

/** What stands in /dev. */
export function deviceFacts(pid: number): readonly Fact[] {
	// The container chose what its /dev is: it could be a link that leads out.
	return withFd(openInRoot(`/proc/${pid}/root`, '/dev', O_PATH), fd => {
		const directory = fdPath(fd);
		return facts(
			'device',
			Object.fromEntries(readdirSync(directory).map(name => [`/dev/${name}`, kindOf(join(directory, name))])),
		);
	});
}

/** File systems whose own options tell of the machine's disk or of the engine's directories, not of the container. */
const DISKS = new Set(['overlay', 'ext4', 'xfs', 'btrfs', 'cgroup', 'cgroup2', 'devtmpfs']);

function describe({fileSystem, options, superOptions, propagation, root}: ObservedMount): string {
	const isDisk = DISKS.has(fileSystem);
	const isBind = root !== '/' && !fileSystem.startsWith('cgroup');
	const part = isBind ? (isDisk && fileSystem !== 'devtmpfs' ? ['bind'] : [`(${root})`]) : [];
	const sizes = superOptions.filter(option => /^(size|mode|gid|uid|ptmxmode|nr_inodes)=/.test(option));
	return [fileSystem, ...part, options.toSorted().join(','), propagation, ...(isDisk ? [] : sizes)].join(' ');
}

function kindOf(path: string): string {
	const stats = lstatSync(path);
	const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
	if (stats.isSymbolicLink()) return `→ ${readlinkSync(path)}`;
	if (stats.isDirectory()) return `directory ${mode}`;
	if (!stats.isCharacterDevice() && !stats.isBlockDevice()) return `file ${mode}`;
	const [major, minor] = [(stats.rdev >> 8) & 0xfff, (stats.rdev & 0xff) | ((stats.rdev >> 12) & 0xfff00)];
	return `${stats.isBlockDevice() ? 'b' : 'c'} ${major}:${minor} ${mode}`;
}
