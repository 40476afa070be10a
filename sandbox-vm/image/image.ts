/**
 * The image of the disposable machine: Debian's cloud kernel, a userland for container work, Node and this engine.
 *
 *     Debian's packages ─ apt ─▶ unpacked ─▶ furnished ─┬─ mksquashfs ─▶ rootfs.squashfs   read-only, compressed
 *      (signatures and hashes checked)                  ├─ cpio, gzip ─▶ initrd            1 MB: finds that root
 *                                                       └─ its /boot ──▶ vmlinuz
 *
 * The surprise: no root is needed, and none of the packages' own scripts is run. Who owns what, which devices there
 * are, which links: all of it is written into the file systems as data.
 *
 * An image is a directory named after its key. It is made under another name and renamed when it is whole, so a
 * directory with the right name is an image, at whatever moment its maker was killed.
 *
 * Next: ../machine boots it.
 *
 * Sources: https://reproducible-builds.org/docs/source-date-epoch/, mksquashfs(1), deb(5).
 * @module
 */
import {closeSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';
import {tryLockFile} from '#kernel/flock';
import {ExplainedError} from '#words/explained-error';
import {fetchPackages} from './fetch-packages.ts';
import {holdingLock} from './lock.ts';
import {makeImage} from './make.ts';
import {whatIsMissing} from './missing.ts';
import type {OnProgress} from './progress.ts';
import {imageKey} from './recipe.ts';
import {demandSpace} from './space.ts';
import {findImage, type Image, keepImage} from './stored.ts';

export {whatIsMissing} from './missing.ts';
export type {OnProgress, Phase, Progress} from './progress.ts';
export {imageKey} from './recipe.ts';
export {findImage, type Image, imageCacheDirectory, imageDirectories, imageIsFresh} from './stored.ts';

export interface BuildOptions {
	/** Where images and packages are kept; `imageCacheDirectory()` is the usual place. */
	readonly cacheDirectory: string;
	readonly onProgress?: OnProgress;
	/** Ends the making; what was fetched stays for the next time. */
	readonly signal?: AbortSignal;
	/** Makes it anew, of the newest packages, even if it is there. */
	readonly rebuild?: boolean;
}

/** What the kernel is told so that its log comes to the serial line, and a panic ends the machine. */
export const kernelArguments: readonly string[] = ['console=ttyS0', 'quiet', 'panic=-1'];

/**
 * The image for this project as it is now: the one that is there, or a new one, which takes some 20 seconds.
 *
 * @throws {Error} with one line: what is missing, or what failed, and what to do.
 */
export async function buildImage({cacheDirectory, onProgress, signal, rebuild}: BuildOptions): Promise<Image> {
	const found = findImage(cacheDirectory);
	if (found !== undefined && !rebuild) return found;
	const missing = whatIsMissing();
	if (missing !== undefined) throw new ExplainedError(missing);
	mkdirSync(cacheDirectory, {recursive: true, mode: 0o700});
	return holdingLock(join(cacheDirectory, 'lock'), signal, async () => {
		// Somebody else may have made it while we waited for the lock.
		const made = findImage(cacheDirectory);
		if (made !== undefined && !rebuild) return made;
		removeUnfinished(cacheDirectory);
		demandSpace(cacheDirectory);
		const unfinished = mkdtempSync(join(cacheDirectory, UNFINISHED));
		try {
			return await makeAndKeep(cacheDirectory, unfinished, onProgress ?? (() => {}), signal);
		} finally {
			rmSync(unfinished, {recursive: true, force: true, maxRetries: 3});
		}
	});
}

const UNFINISHED = 'unfinished-';

/** Makes an image in `unfinished`, and gives it its name when it is whole. */
async function makeAndKeep(
	cacheDirectory: string,
	unfinished: string,
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<Image> {
	const recipe = imageKey();
	const packages = await fetchPackages(join(cacheDirectory, 'apt'), onProgress, signal);
	const image = await makeImage(packages, unfinished, onProgress, signal);
	if (imageKey() !== recipe) throw new Error('this project was built anew while the image was made: try again');
	return keepImage(image, cacheDirectory, recipe);
}

/** Removes what a maker left that was killed, unless somebody makes one now. */
export function sweepImages(cacheDirectory: string): void {
	const lock = tolerate(['ENOENT'], () => tryLockFile(join(cacheDirectory, 'lock')));
	if (lock === undefined) return;
	try {
		removeUnfinished(cacheDirectory);
	} finally {
		closeSync(lock);
	}
}

/** What a maker left that was killed: nobody else makes one while the lock is ours. */
function removeUnfinished(cacheDirectory: string): void {
	for (const name of readdirSync(cacheDirectory))
		if (name.startsWith(UNFINISHED)) rmSync(join(cacheDirectory, name), {recursive: true, maxRetries: 3});
}
