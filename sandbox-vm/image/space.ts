/**
 * Whether there is room to make an image.
 * @module
 */
import {statfsSync} from 'node:fs';

/** Packages, what is in them, and the image. */
const NEEDED_BYTES = 600 * 2 ** 20;

/** @throws {Error} if a directory's disk is too full to make an image there, and what to do. */
export function demandSpace(directory: string, neededBytes = NEEDED_BYTES): void {
	const {bavail, bsize} = statfsSync(directory);
	const free = bavail * bsize;
	if (free >= neededBytes) return;
	const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);
	throw new Error(
		`to make the machine's image, ${directory} needs ${megabytes(neededBytes)} MB and has ${megabytes(free)}: free some, or set XDG_CACHE_HOME to a directory on another disk`,
	);
}
