/**
 * Whether this machine can make the disposable one.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import type {Localized} from '#words/language';
import {findImage, imageCacheDirectory, whatIsMissing} from '../image/image.ts';
import {findQemu} from '../machine/find-qemu.ts';

/** What is missing for a machine, and what to do, in one line; undefined if nothing is. */
export function whyNotQemu(): Localized | undefined {
	try {
		findQemu();
	} catch (error) {
		return explanationOf(error);
	}
	// With an image at hand, nothing is needed to build one.
	return findImage(imageCacheDirectory()) === undefined ? whatIsMissing() : undefined;
}
