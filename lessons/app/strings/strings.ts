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

/** The language that a learner's environment speaks. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
	const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
	return locale.startsWith('zh') ? 'zh' : 'en';
}
