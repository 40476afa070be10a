/**
 * Copying a branch over a tree, as a union would show it: what the vfs driver does instead of overlayfs.
 * @module
 */
import {
	type BigIntStats,
	constants,
	copyFileSync,
	linkSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readlinkSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {majorMinor, mknodat} from '#kernel/mknod';
import {withFd} from '#kernel/path';
import {readAttributes, writeAttributes} from '#layers/attributes';
import {openRoot} from '#layers/directory';
import {isOpaque, isWhiteout} from '#layers/whiteout';

/**
 * Copies the directory `source` over the directory `target`, with owners, modes, times, attributes and hard links.
 * Whiteouts delete, and opaque directories replace. File contents are shared where the file system can (reflink).
 *
 * Nobody else may be changing either tree.
 */
export function copyBranch(source: string, target: string): void {
	copyDirectory(source, target, lstatSync(source, {bigint: true}), new Map());
}

/** Where a file with several names was copied first, by device and inode. */
type FirstNames = Map<string, string>;

function copyDirectory(source: string, target: string, stats: BigIntStats, first: FirstNames): void {
	for (const name of readdirSync(source).sort()) copyEntry(join(source, name), join(target, name), first);
	// Last: copying into it changed its time, and its mode may forbid writing.
	writeAttributes(target, readAttributes(source, stats));
}

function copyEntry(source: string, target: string, first: FirstNames): void {
	const stats = lstatSync(source, {bigint: true});
	const there = lstatSync(target, {throwIfNoEntry: false});
	const merges = stats.isDirectory() && there?.isDirectory() === true && !isOpaque(source);
	if (there !== undefined && !merges) rmSync(target, {recursive: true});
	if (isWhiteout(stats)) return;
	if (stats.isDirectory()) {
		if (!merges) mkdirSync(target, {mode: 0o700});
		copyDirectory(source, target, stats, first);
		return;
	}
	const inode = `${stats.dev}:${stats.ino}`;
	const earlier = first.get(inode);
	if (earlier !== undefined) {
		linkSync(earlier, target);
		return;
	}
	if (stats.nlink > 1n) first.set(inode, target);
	copyContent(source, target, stats);
	writeAttributes(target, readAttributes(source, stats));
}

function copyContent(source: string, target: string, stats: BigIntStats): void {
	if (stats.isFile()) copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
	else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
	else if (!stats.isSocket()) {
		const kind = stats.isFIFO() ? 'p' : stats.isBlockDevice() ? 'b' : 'c';
		const {major, minor} = majorMinor(Number(stats.rdev));
		withFd(openRoot(dirname(target)), fd => mknodat(fd, basename(target), {kind, major, minor, mode: 0o600}));
	}
}
