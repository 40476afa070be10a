/**
 * What a presentation and a speaker's screen tell each other: one JSON object a line, short enough to be bounded.
 * @module
 */
import type {Socket} from 'node:net';
import type {Language} from '#words/language';

/** What is on the audience's screen. */
export interface Position {
	readonly deck: string;
	readonly language: Language;
	readonly slide: number;
	readonly step: number;
	readonly startedAt?: number | undefined;
	readonly isBlack: boolean;
}

/** What a speaker's screen may ask for. */
export type Steering = 'next' | 'back';

/** Longer than any message. */
const MOST_BYTES = 1024;

/** Reads lines. Who sends a longer one than there can be is cut off. */
export function readMessages(socket: Socket, listener: (message: unknown) => void): void {
	let text = '';
	socket.on('data', (data: Buffer) => {
		text += data.toString();
		const lines = text.split('\n');
		text = lines.pop() ?? '';
		if (text.length > MOST_BYTES) socket.destroy();
		for (const line of lines) listener(parsed(line));
	});
}

/** A position, if the message is one. */
export function asPosition(message: unknown): Position | undefined {
	if (typeof message !== 'object' || message === null) return undefined;
	const {deck, language, slide, step, startedAt, isBlack} = message as Readonly<Record<string, unknown>>;
	const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
	if (typeof deck !== 'string' || (language !== 'en' && language !== 'zh') || !isWhole(slide) || !isWhole(step)) {
		return undefined;
	}
	return {
		deck,
		language,
		slide,
		step,
		startedAt: isWhole(startedAt) ? startedAt : undefined,
		isBlack: isBlack === true,
	};
}

/** What is asked for, if the message says so. */
export function asSteering(message: unknown): Steering | undefined {
	return message === 'next' || message === 'back' ? message : undefined;
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
