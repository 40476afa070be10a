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
import {type Line, line, run} from '../../lessons/app/text/line.ts';
import {ACCENT, BAD, FAINT, STRONG} from '../../lessons/app/text/theme.ts';
import {wrapLine} from '../../lessons/app/text/wrap.ts';
import {linesText, widthOf} from './lines.ts';

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
	return linesText(
		[...wrapLine(head, widthOf(stream), [run('  ')]), ...causeLines(examination, language, widthOf(stream))],
		stream,
	);
}

/** A sentence of our own, wrapped at the stream's width. */
export function sentenceText(sentence: string, stream: WriteStream): string {
	return linesText(wrapLine(line(sentence), widthOf(stream)), stream);
}

/** What was found out about a failure, without the failure itself. No line is wider than `width`; Infinity leaves each whole. */
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
