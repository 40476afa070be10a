import type {Localized} from '#words/language';
import {missingBundle} from './guest.ts';
import {missingTools} from './tools.ts';

/** What is missing to make an image here, and what to do, in one line; undefined if nothing is. */
export function whatIsMissing(): Localized | undefined {
	return missingTools() ?? missingBundle();
}
