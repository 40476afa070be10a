/**
 * A call as it is told to somebody: in words, with the way to the toolkit's code. It can travel as JSON.
 * @module
 */

import type {Localized} from '#words/language';
import {formatArgument} from './format.ts';
import {type Place, placeFor} from './places.ts';
import {sentenceFor} from './sentences.ts';
import type {TracedCall} from './traced-call.ts';

/** One call, told. */
export interface Told {
	/** As the traced command itself numbers its processes. */
	readonly pid: number;
	readonly program: string;
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

/** Puts a call into words. */
export function tell(call: TracedCall): Told {
	const {number, program, parent, result, errno} = call;
	const where = placeFor(call);
	return {
		pid: number,
		program,
		...(parent === undefined ? {} : {parent}),
		call: call.call,
		args: call.args.map(formatArgument),
		result,
		...(errno === undefined ? {} : {errno}),
		sentence: {en: sentenceFor(call, 'en'), zh: sentenceFor(call, 'zh')},
		...(where === undefined ? {} : {where}),
	};
}

/** `mount("proc", "/proc", "proc", 0, NULL) = 0`, in one line. */
export function callText({call, args, result, errno}: Told): string {
	if (call === 'exit_group' || call === 'killed') return `${call}(${args.join(', ')})`;
	return `${call}(${args.join(', ')}) = ${errno === undefined ? result : `-1 ${errno}`}`;
}
