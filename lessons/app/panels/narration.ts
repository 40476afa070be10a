/**
 * What the kernel did for the last line: a sentence for each call, the call itself, and where the toolkit does the same.
 * @module
 */
import type {Language} from '#lesson';
import {placeText} from '#narrate/places';
import {callText, type Told} from '#narrate/told';
import type {Narration} from '../state/narration.ts';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, line, lineWidth, run} from '../text/line.ts';
import {ACCENT, BAD, FAINT, LINK} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';

/** The panel's lines in all, of which the last ones are shown. */
export function narrationLines(
	{told}: Narration,
	language: Language,
	strings: Strings,
	width: number,
): readonly Line[] {
	if (told.length === 0) return [line(`  ${strings.narration.nothing}`, FAINT)];
	return told.flatMap((each, index) => [
		...heading(each, told[index - 1]),
		...wrapLine(line(each.sentence[language], each.errno === undefined ? {} : BAD), width - 4).map(indented),
		// A command is in its sentence already.
		...(each.call.startsWith('execve') ? [] : [callLine(each, width)]),
	]);
}

/** As many of them as there is room for; `back` of the newest are left out. */
export function shownOf(lines: readonly Line[], rows: number, back: number): readonly Line[] {
	const end = Math.max(Math.min(rows, lines.length), lines.length - back);
	return lines.slice(Math.max(0, end - rows), end);
}

/** Who makes the calls that follow. */
function heading({program, pid}: Told, before: Told | undefined): readonly Line[] {
	return before?.pid === pid && before.program === program
		? []
		: [[run(`  ${program} `, ACCENT), run(`${pid}`, FAINT)]];
}

function callLine(told: Told, width: number): Line {
	const place = told.where === undefined ? [] : [run('  '), run(placeText(told.where), LINK)];
	const room = Math.max(0, width - 4 - lineWidth(place));
	return [run('    '), ...cutLine([run(callText(told), FAINT)], room), ...place];
}

function indented(drawn: Line): Line {
	return [run('    '), ...drawn];
}
