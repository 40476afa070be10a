/**
 * What the kernel did for the last line: a sentence for each call, the call itself, and where the toolkit does the same.
 * @module
 */
import type {Language} from '#lesson';
import {placeText} from '#narrate/places';
import {callParts, goesOn, numberText, type Told} from '#narrate/told';
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
	if (told.length === 0) {
		return wrapLine(line(strings.narration.nothing, FAINT), width - 2).map(drawn => [run('  '), ...drawn]);
	}
	return told.flatMap((each, index) => [
		...heading(each, told[index - 1], language),
		...(goesOn(each, told[index - 1]) ? [] : sentence(each, language, width)),
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
function heading(told: Told, before: Told | undefined, language: Language): readonly Line[] {
	return before?.pid === told.pid && before.program === told.program
		? []
		: [[run(`  ${told.program} `, ACCENT), run(numberText(told, language), FAINT)]];
}

function sentence({sentence, errno}: Told, language: Language, width: number): readonly Line[] {
	return wrapLine(line(sentence[language], errno === undefined ? {} : BAD), width - 4).map(indented);
}

function callLine(told: Told, width: number): Line {
	const place = told.where === undefined ? [] : [run('  '), run(placeText(told.where), LINK)];
	const {asked, answer} = callParts(told);
	const room = Math.max(0, width - 4 - lineWidth(place) - lineWidth([run(answer)]));
	const call = [...cutLine([run(asked, FAINT)], room), run(answer, FAINT)];
	return [run('    '), ...cutLine(call, Math.max(0, width - 4 - lineWidth(place))), ...place];
}

function indented(drawn: Line): Line {
	return [run('    '), ...drawn];
}
