import {missingBundle} from './guest.ts';
import {missingTools} from './tools.ts';

/** What is missing to make an image here, and what to do, in one line; undefined if nothing is. */
export function whatIsMissing(): string | undefined {
	return missingTools() ?? missingBundle();
}
