/**
 * What to say of a program that can't be started.
 * @module
 */
import {isErrno} from '#kernel/error';
import type {Language, Localized} from '#words/language';
import {visible} from '#words/visible';

/** One line. @throws the error itself, if it says another thing. */
export function startFailureText(error: unknown, name: string, language: Language): string {
	if (!isErrno(error, 'ENOENT', 'EACCES')) throw error;
	const why = isErrno(error, 'ENOENT') ? words.noProgram : words.notExecutable;
	return why[language].replace('{name}', () => visible(name));
}

const words = {
	noProgram: {en: '{name}: there is no such program', zh: '没有 {name} 这个程序'},
	notExecutable: {en: '{name}: it may not be executed', zh: '{name} 不能执行'},
} satisfies Record<string, Localized>;
