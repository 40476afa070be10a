/**
 * One plain sentence for each call, in the reader's language.
 * @module
 */
import {KernelName} from '#kernel/error';
import type {Language} from '#words/language';
import {factOf} from './facts.ts';
import {chinese} from './sentences/chinese.ts';
import {english, type Sentences} from './sentences/english.ts';
import {refusal} from './sentences/refusals.ts';
import type {SpokenCall} from './spoken.ts';

const languages: Readonly<Record<Language, Sentences>> = {en: english, zh: chinese};
const refused: Readonly<Record<Language, (sentence: string, errno: string, meaning: string) => string>> = {
	en: (sentence, errno, meaning) => `Refused with ${errno} (${meaning}). It would have meant: ${sentence}`,
	zh: (sentence, errno, meaning) => `被拒绝：${errno}（${meaning}）。本来的意思是：${sentence}`,
};

/** What a call does, in one sentence. A call that failed did nothing: that is said first. */
export function sentenceFor(call: SpokenCall, language: Language): string {
	const [name, ...words] = factOf(call);
	const sentence = languages[language][name](...words.map(shortIds));
	// These two say themselves that nothing was done, and why.
	if (call.errno === undefined || name === 'noProgram' || name === 'noInterpreter') return sentence;
	return refused[language](sentence, call.errno, refusal(call.call, call.errno, language));
}

/** Of a container’s id the first twelve digits say who it is; the call beside the sentence has it whole. */
function shortIds(text: string): string {
	return text.replaceAll(/\b[0-9a-f]{64}\b/g, id => `${id.slice(0, 12)}…`);
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
