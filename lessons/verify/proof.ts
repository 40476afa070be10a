/**
 * Proofs: what `verify` claims of a lesson, and whether it is so.
 * @module
 */
import type {Check, Localized, World} from '../lesson.ts';

/** One claim about a step (or, without an anchor, about the whole lesson). */
export interface Proof {
	readonly step?: string | undefined;
	readonly claim: string;
	/** Undefined if it is so; otherwise what is wrong, in one line. */
	readonly failure?: string | undefined;
}

/** A claim that is simply true or not. */
export function prove(step: string | undefined, claim: string, isSo: boolean, failure: string): Proof {
	return isSo ? {step, claim} : {step, claim, failure};
}

/** A check's answer. One that throws has no answer: that falls short too, since a learner would wait for it for ever. */
export async function ask(check: Check, world: World): Promise<boolean | string> {
	try {
		return await check(world);
	} catch (error) {
		return `it throws: ${error instanceof Error ? error.message : String(error)}`;
	}
}

/** Proves that a check answers as it must. */
export async function proveAnswer(
	step: string,
	claim: string,
	{check, world, expected}: {readonly check: Check; readonly world: World; readonly expected: boolean},
): Promise<Proof> {
	const answer = await ask(check, world);
	if (typeof answer === 'string') return {step, claim, failure: answer};
	return prove(step, claim, answer === expected, expected ? 'it does not hold' : 'it holds');
}

/** Whether a text is there in both languages. */
export function isTold(text: Localized | undefined): boolean {
	return text !== undefined && text.en.trim() !== '' && text.zh.trim() !== '';
}
