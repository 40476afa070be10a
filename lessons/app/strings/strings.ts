/**
 * The application's words in the learner's language.
 * @module
 */
import type {Language} from '#lesson';
import {en, type Strings} from './en.ts';
import {zh} from './zh.ts';

export type {Strings};

const languages: Readonly<Record<Language, Strings>> = {en, zh};

/** Everything that the application says, in one language. */
export function stringsOf(language: Language): Strings {
	return languages[language];
}
