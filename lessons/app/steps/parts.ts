/**
 * What several kinds of steps show: a goal, a command, a diagnosis, a hint.
 * @module
 */
import type {PlayerState} from '#lessons/state';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {highlight} from '../text/highlight.ts';
import {type Line, line, run, type Style} from '../text/line.ts';
import {ACCENT, CODE, FAINT, GOOD, WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';

/** A sentence; what stands between backticks in it is code, unless there is a backslash before them. */
export function wrapped(text: string, width: number, style?: Style, indent?: Line): readonly Line[] {
	return text.split('\n').flatMap(part => wrapLine(sentence(part, style), width, indent));
}

/** A command as it would be typed. */
export function commandLine(command: string, width: number): Line {
	return cutLine([run('$ ', FAINT), ...highlight(command.split('\n').join('; '), 'sh')], width);
}

/** Why it isn't right yet, and the last hint; nothing where nothing is wrong. */
export function helpLines(
	{status, diagnosis, hints, hintsLeft}: PlayerState,
	strings: Strings,
	width: number,
): readonly Line[] {
	if (status === 'done') return [];
	const told = diagnosis === undefined ? [] : labelled(strings.step.toDiagnose, diagnosis, width, WARNING);
	const last = hints.at(-1);
	const label = strings.step.hint(hints.length, hints.length + hintsLeft);
	return [...told, ...(last === undefined ? [] : labelled(label, last, width, ACCENT))];
}

/** That it worked. */
export function doneLine(text: string): Line {
	return line(`✓ ${text}`, GOOD);
}

function labelled(label: string, text: string, width: number, style: Style): readonly Line[] {
	const [first = '', ...rest] = text.split('\n');
	const indent = line('  ');
	return [
		...wrapLine([run(label, style), ...sentence(first)], width, indent),
		...rest.flatMap(more => wrapLine([run('  '), ...sentence(more)], width, indent)),
	];
}

function sentence(text: string, style?: Style): Line {
	return text
		.split(/((?<!\\)`[^`]+(?<!\\)`)/)
		.filter(part => part !== '')
		.map(part => (/^`[^`]+`$/.test(part) ? run(part.slice(1, -1), CODE) : run(part.replaceAll('\\`', '`'), style)));
}
