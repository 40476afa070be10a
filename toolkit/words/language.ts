/**
 * Two languages, English and Chinese: which one somebody reads, and texts that are written in both.
 *
 * Only what explains is written twice. Names of calls, errors and options are the kernel's and docker's, in every language.
 * @module
 */

/** A language that Drydock speaks. */
export type Language = 'en' | 'zh';

/** One text in each language. */
export type Localized = Readonly<Record<Language, string>>;

/** The language that an environment speaks: POSIX's order of its variables. */
export function languageOf(environment: NodeJS.ProcessEnv): Language {
	const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
	return locale.startsWith('zh') ? 'zh' : 'en';
}
