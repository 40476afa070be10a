/**
 * What there is to choose from once a sandbox could not be had.
 * @module
 */
import type {Choice} from '#sandbox/choose';
import type {Localized} from '#words/language';

/** The local sandbox in its place; the others stay to be chosen. The map says why, where it says what a machine takes. */
export function without({provider, available}: Choice, why: Localized): Choice {
	return {provider: 'local', available: available.filter(other => other !== provider), remedy: why};
}
