/**
 * An error that people are to read: what is wrong and how to mend it, in each language.
 * @module
 */
import type {Language, Localized} from './language.ts';

/** Its `message` is the English text, as with every other error. */
export class ExplainedError extends Error {
	readonly text: Localized;

	constructor(text: Localized, options?: ErrorOptions) {
		super(text.en, options);
		this.name = 'ExplainedError';
		this.text = text;
	}
}

/** What an error says, in each language that it knows; what only the kernel or a program said is the same in both. */
export function explanationOf(error: unknown): Localized {
	if (error instanceof ExplainedError) return error.text;
	const message = error instanceof Error ? error.message : String(error);
	return {en: message, zh: message};
}

/** A text that may be the same in all languages, such as a command. */
export function localized(text: Localized | string): Localized;
export function localized(text: Localized | string | undefined): Localized | undefined;
export function localized(text: Localized | string | undefined): Localized | undefined {
	return typeof text === 'string' ? {en: text, zh: text} : text;
}

/** Such a text, in one language. */
export function inLanguage(text: Localized | string, language: Language): string {
	return localized(text)[language];
}
