/**
 * The reader's words in the language of whoever reads.
 * @module
 */
import type {Language} from '#words/language';
import {en, type Strings} from './en.ts';
import {zh} from './zh.ts';

export type {Strings};

const languages: Readonly<Record<Language, Strings>> = {en, zh};

/** Everything that the reader says, in one language. */
export function stringsOf(language: Language): Strings {
	return languages[language];
}
