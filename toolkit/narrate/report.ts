/**
 * Told calls within the stream of a terminal: an escape sequence of our own, which other terminals pass over.
 *
 *     ESC ] 7370 ; eyJwaWQiOjQ3MTIs… ESC \
 *
 * So narration reaches the course through the pty of the learner's shell, in every kind of sandbox, without a second channel.
 *
 * The surprise: whoever can write to that terminal can write such a sequence, too. What is read back is checked like any
 * other input from strangers, and shown as text only.
 *
 * Source: ECMA-48 on OSC and ST.
 * @module
 */
import {harmless} from '#words/visible';
import type {Told} from './told.ts';

/** The number of our sequences: that of no other use that we know. */
export const reportCode = 7370;

/** Nothing longer is sent, or read. */
const MOST_BYTES = 4096;
const MOST_LETTERS = 400;
const MOST_ARGUMENTS = 12;

/** Writes a told call as an escape sequence of at most 4 KiB. */
export function encodeReport(told: Told): string {
	const args = told.args.slice(0, MOST_ARGUMENTS);
	for (let letters = MOST_LETTERS; ; letters = Math.floor(letters / 2)) {
		const cut = (text: string): string => (text.length > letters ? `${text.slice(0, letters)}…` : text);
		const sentence = {en: cut(told.sentence.en), zh: cut(told.sentence.zh)};
		const short: Told = {...told, program: cut(told.program), args: args.map(cut), sentence};
		const text = `\x1b]${reportCode};${Buffer.from(JSON.stringify(short)).toString('base64')}\x1b\\`;
		if (text.length <= MOST_BYTES) return text;
	}
}

/** Says that the shell waits for its next line: what was told before belongs to the line before. */
export const idleReport = `\x1b]${reportCode};idle\x1b\\`;

/** Whether what stands in such a sequence says that. */
export function isIdle(text: string): boolean {
	return text === 'idle';
}

/** Reads what stands in such a sequence behind `7370;`. Undefined for anything that `encodeReport` would not have written. */
export function decodeReport(text: string): Told | undefined {
	if (text.length > MOST_BYTES || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
	try {
		return toldOf(JSON.parse(Buffer.from(text, 'base64').toString()) as unknown);
	} catch {
		return undefined;
	}
}

function toldOf(value: unknown): Told | undefined {
	if (!isRecord(value) || !isRecord(value.sentence)) return undefined;
	const {pid, inside, parent, result, args, errno, where} = value;
	const [program, call, en, zh] = [value.program, value.call, value.sentence.en, value.sentence.zh].map(textOf);
	if (!isNumber(pid) || !isNumber(result) || program === undefined || call === undefined) return undefined;
	if (en === undefined || zh === undefined || !Array.isArray(args) || args.length > MOST_ARGUMENTS) return undefined;
	const shown = args.map(textOf).filter(text => text !== undefined);
	if (shown.length !== args.length || !/^[a-z_0-9]{1,40}$/i.test(call)) return undefined;
	return {
		pid,
		program,
		...(isNumber(inside) ? {inside} : {}),
		...(isNumber(parent) ? {parent} : {}),
		call,
		args: shown,
		result,
		...(typeof errno === 'string' && /^(E[A-Z0-9]{1,20}|errno \d{1,5})$/.test(errno) ? {errno} : {}),
		sentence: {en, zh},
		...whereOf(where),
	};
}

function whereOf(value: unknown): Pick<Told, 'where'> {
	if (!isRecord(value)) return {};
	const {file, symbol, line} = value;
	// A link that an editor may be sent to leads into the toolkit, and nowhere else.
	if (typeof file !== 'string' || !/^toolkit(\/[\w-]+)+\.ts$/.test(file)) return {};
	if (typeof symbol !== 'string' || !/^\w{1,60}$/.test(symbol)) return {};
	return {where: {file, symbol, ...(isNumber(line) ? {line} : {})}};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
	return Number.isSafeInteger(value);
}

/** A text without anything that a terminal would obey. */
function textOf(value: unknown): string | undefined {
	if (typeof value !== 'string' || value.length > MOST_LETTERS + 1) return undefined;
	return harmless(value);
}
