/**
 * One plain sentence for each call, in the reader's language.
 * @module
 */
import {errnoMeaning} from '#kernel/errno';
import {KernelName} from '#kernel/error';
import type {Language} from '#words/language';
import {factOf} from './facts.ts';
import {chinese} from './sentences/chinese.ts';
import {english, type Sentences} from './sentences/english.ts';
import type {SpokenCall} from './spoken.ts';

const languages: Readonly<Record<Language, Sentences>> = {en: english, zh: chinese};
const refusals: Readonly<Record<Language, (sentence: string, errno: string) => string>> = {
	en: (sentence, errno) => `Refused with ${errno} (${errnoMeaning(errno)}). It would have meant: ${sentence}`,
	zh: (sentence, errno) => `被拒绝：${errno}。它本来的意思是：${sentence}`,
};

/** What a call does, in one sentence. A call that failed did nothing: that is said first. */
export function sentenceFor(call: SpokenCall, language: Language): string {
	const [name, ...words] = factOf(call);
	const sentence = languages[language][name](...words);
	return call.errno === undefined || name === 'noProgram' ? sentence : refusals[language](sentence, call.errno);
}

/** Calls of the engine that only look, open or carry a message: those that change something are easier to follow without. */
const lookers: ReadonlySet<string> = new Set([
	...['openat', 'openat2', 'fstatfs', 'statfs', 'capget', 'socket', 'setsockopt', 'bind', 'send', 'sendto', 'recv'],
	...['fcntl', 'flock', 'close_range', 'lgetxattr', 'llistxattr', 'waitid', 'dup2', 'pidfd_open'],
]);

/** Whether a call of the engine's only looks. */
export function onlyLooks({call, args}: SpokenCall): boolean {
	const [first] = args;
	return (
		lookers.has(call) || (call === 'prctl' && first instanceof KernelName && /^PR_(CAPBSET_READ|GET)/.test(first.text))
	);
}
