/**
 * A failure and its cause as text: in colours and wrapped on a terminal, in whole plain lines in a pipe.
 *
 *     mount("/img", "/mnt", "ext4", 0, NULL) = -1 ENOTBLK  mount 4711
 *     /img is a file, and a file system of type ext4 is mounted from a block device.
 *       stat /img: file, mode 0644, owner 0:0
 *     → For an image in a file: mount -o loop /img …
 *       mount(2) ERRORS
 *
 * @module
 */
import type {WriteStream} from 'node:tty';
import {type Examination, nothingHolds} from '#doctor/doctor';
import type {Language} from '#words/language';
import {type Line, line, lineText, run} from '../../lessons/app/text/line.ts';
import {colorLevel, painter} from '../../lessons/app/text/paint.ts';
import {ACCENT, BAD, FAINT, STRONG} from '../../lessons/app/text/theme.ts';
import {wrapLine} from '../../lessons/app/text/wrap.ts';

/** A failure that is to be told. */
export interface ToldFailure {
	/** The call in one line. */
	readonly text: string;
	/** Whose it was. */
	readonly program: string;
	readonly examination: Examination;
}

/** The failure, its cause, the lines that prove it, the remedy, for a terminal or a pipe. */
export function whyText({text, program, examination}: ToldFailure, language: Language, stream: WriteStream): string {
	const head: Line = [run(text, BAD), run(`  ${program}`, FAINT)];
	return textFor(
		[...wrapLine(head, widthOf(stream), [run('  ')]), ...causeLines(examination, language, widthOf(stream))],
		stream,
	);
}

/** A sentence of our own, wrapped at the stream's width. */
export function sentenceText(sentence: string, stream: WriteStream): string {
	return textFor(wrapLine(line(sentence), widthOf(stream)), stream);
}

/** What was found out about a failure, without the failure itself, under a margin of so many columns. */
export function causeText(examination: Examination, language: Language, stream: WriteStream, margin: number): string {
	const lines = causeLines(examination, language, widthOf(stream) - margin);
	return textFor(
		lines.map(each => [run(' '.repeat(margin)), ...each]),
		stream,
	);
}

/** Lines none of which is wider than `width`; Infinity leaves each whole. */
export function causeLines(examination: Examination, language: Language, width: number): readonly Line[] {
	const {diagnosis} = examination;
	if (diagnosis === undefined) return wrapLine(line(nothingHolds(examination, language)), width);
	const {sentence, evidence, remedy, source} = diagnosis;
	return [
		...wrapLine(line(sentence[language], STRONG), width),
		...evidence.flatMap(each => wrapLine(line(`  ${each}`, FAINT), width, [run('    ')])),
		...wrapLine([run('→ ', ACCENT), run(remedy[language])], width, [run('  ')]),
		...wrapLine(line(`  ${source}`, FAINT), width, [run('    ')]),
	];
}

function textFor(lines: readonly Line[], stream: WriteStream): string {
	// Each stream for itself: the other may be a file.
	const paint = stream.isTTY || process.env.FORCE_COLOR ? painter(colorLevel(process.env)) : lineText;
	return lines.map(each => `${paint(each).trimEnd()}\n`).join('');
}

function widthOf({isTTY, columns}: WriteStream): number {
	return isTTY ? columns : Number.POSITIVE_INFINITY;
}
