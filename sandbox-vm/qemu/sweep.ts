/**
 * What killed programs left, of machines and of images.
 * @module
 */
import {imageCacheDirectory, sweepImages} from '../image/image.ts';
import {sweepMachines} from '../machine/sweep.ts';

/** Ends and removes what nobody is responsible for any more: every command does it first. */
export function sweep(): void {
	sweepMachines();
	sweepImages(imageCacheDirectory());
}
