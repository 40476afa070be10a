/**
 * Whether this machine can make the disposable one.
 * @module
 */
import {findImage, imageCacheDirectory, whatIsMissing} from '../image/image.ts';
import {findQemu} from '../machine/find-qemu.ts';

/** What is missing for a machine, and what to do, in one line; undefined if nothing is. */
export function whyNotQemu(): string | undefined {
	try {
		findQemu();
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
	// With an image at hand, nothing is needed to build one.
	return findImage(imageCacheDirectory()) === undefined ? whatIsMissing() : undefined;
}
