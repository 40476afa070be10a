/**
 * Whether this machine can make one with Vagrant.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import type {Localized} from '#words/language';
import {findVagrant} from './find-vagrant.ts';

/** What is missing and what to do, in one line; undefined if nothing is. It starts `vagrant`, which takes a third of a second. */
export function whyNotVagrant(): Localized | undefined {
	try {
		findVagrant();
		return undefined;
	} catch (error) {
		return explanationOf(error);
	}
}
