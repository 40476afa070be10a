/**
 * A call as it is told to somebody: in words, with the way to the toolkit's code. It can travel as JSON.
 * @module
 */

import type {Language, Localized} from '#words/language';
import {visible} from '#words/visible';
import {formatArgument} from './format.ts';
import {type Place, placeFor} from './places.ts';
import {sentenceFor} from './sentences.ts';
import type {TracedCall} from './traced-call.ts';

/** One call, told. */
export interface Told {
	/** As the traced command itself numbers its processes. */
	readonly pid: number;
	readonly program: string;
	/** Its number in its own PID namespace, if that is another one. */
	readonly inside?: number | undefined;
	/** Who bore the process, if this is its first call. */
	readonly parent?: number | undefined;
	readonly call: string;
	/** The arguments as strace would write them. */
	readonly args: readonly string[];
	readonly result: number;
	readonly errno?: string | undefined;
	readonly sentence: Localized;
	readonly where?: Place | undefined;
}

/** A longer argument is cut in a line; what the kernel answered must not be. */
const MOST_LETTERS = 160;
/** What an argument that begins so ends with, also when it is cut. */
const endings: Readonly<Record<string, string>> = {'"': '"', '[': ']'};

/** Puts a call into words. */
export function tell(call: TracedCall): Told {
	const {number, program, inside, parent, result, errno} = call;
	const where = placeFor(call);
	return {
		pid: number,
		program: visible(program),
		...(inside === undefined ? {} : {inside}),
		...(parent === undefined ? {} : {parent}),
		call: call.call,
		args: call.args.map(formatArgument),
		result,
		...(errno === undefined ? {} : {errno}),
		sentence: {en: visible(sentenceFor(call, 'en')), zh: visible(sentenceFor(call, 'zh'))},
		...(where === undefined ? {} : {where}),
	};
}

/** `mount("proc", "/proc", "proc", 0, NULL) = 0`, in one line. */
export function callText(told: Told): string {
	const {asked, answer} = callParts(told);
	return `${asked}${answer}`;
}

/** The same in two parts, for who has to cut the first: what was asked, and what the kernel answered. */
export function callParts({call, args, result, errno}: Told): {readonly asked: string; readonly answer: string} {
	const shown = args.map(arg =>
		arg.length > MOST_LETTERS ? `${arg.slice(0, MOST_LETTERS)}…${endings[arg[0]!] ?? ''}` : arg,
	);
	const isEnd = call === 'exit_group' || call === 'killed';
	return {
		asked: `${call}(${shown.join(', ')})`,
		answer: isEnd ? '' : ` = ${errno === undefined ? result : `-1 ${errno}`}`,
	};
}

/** Capabilities are dropped one by one: what was said of the first holds for those that follow. */
export function goesOn(told: Told, before: Told | undefined): boolean {
	const isDrop = ({call, args, errno}: Told): boolean =>
		call === 'prctl' && args[0] === 'PR_CAPBSET_DROP' && errno === undefined;
	return before?.pid === told.pid && isDrop(told) && isDrop(before);
}

/** Every process ends: that is worth a line if something went wrong. */
export function isUsualEnd({call, args}: Told): boolean {
	return call === 'exit_group' && args[0] === '0';
}

/** The numbers of who makes a call: `4711 (inside: 1)`. */
export function numberText({pid, inside}: Told, language: Language): string {
	if (inside === undefined) return `${pid}`;
	return language === 'zh' ? `${pid}（里面：${inside}）` : `${pid} (inside: ${inside})`;
}
