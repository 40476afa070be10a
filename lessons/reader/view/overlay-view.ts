/**
 * What is laid over the code, drawn: lists of places, of exports, of pages; the map, the help.
 * @module
 */

import type {Size} from '../../app/layout.ts';
import {cutLine} from '../../app/text/cells.ts';
import {type Line, line, lineWidth, padLine, run} from '../../app/text/line.ts';
import {CHOSEN, CODE, FAINT, STRONG} from '../../app/text/theme.ts';
import {titleLine} from '../../app/view/title-line.ts';
import type {Declaration} from '../sources/declarations.ts';
import {moduleOf} from '../sources/library.ts';
import {pageName} from '../sources/pages.ts';
import {type Overlay, openFile, type ReaderState, type Spot} from '../state/reader-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';
import {textOf} from './overlay-text.ts';

/** As many lines as the pane has rows, or fewer. */
export function overlayLines(state: ReaderState, overlay: Overlay, {columns, rows}: Size): readonly Line[] {
	const strings = stringsOf(state.language);
	const title = titleLine(titleOf(state, overlay, strings), columns, true, countOf(overlay, strings));
	const body = bodyOf(state, overlay, strings, columns - 2, rows - 1);
	return [title, ...body.map(drawn => cutLine([run(' '), ...drawn], columns))];
}

function titleOf(state: ReaderState, overlay: Overlay, strings: Strings): string {
	switch (overlay.kind) {
		case 'uses':
			return strings.uses.title(overlay.of.name);
		case 'exports':
			return strings.exports.title(moduleOf(state.library, openFile(state)).id);
		case 'pages':
			return strings.pages.title;
		case 'map':
			return strings.map;
		case 'help':
			return strings.help.title;
	}
}

function countOf(overlay: Overlay, strings: Strings): Line {
	const rows = overlay.kind === 'uses' ? overlay.spots : overlay.kind === 'exports' ? overlay.exported : [];
	return rows.length === 0 ? [] : line(strings.uses.ofAll(overlay.at + 1, rows.length), FAINT);
}

function bodyOf(state: ReaderState, overlay: Overlay, strings: Strings, width: number, room: number): readonly Line[] {
	switch (overlay.kind) {
		case 'uses':
			return listed(overlay.spots, overlay.at, room, (spot, isChosen) =>
				spotRow(state, spot, isChosen, placeColumns(overlay.spots, width)),
			);
		case 'exports':
			return listed(overlay.exported, overlay.at, room, (each, isChosen) => exportRow(each, isChosen, strings, width));
		case 'pages':
			return listed(overlay.pages, overlay.at, room, (page, isChosen, index) => [
				...padLine([run(` ${pageName(page)} `, isChosen ? CHOSEN : CODE)], 28),
				run(index < overlay.onLine ? strings.pages.onLine : strings.pages.ofModule, FAINT),
			]);
		case 'map':
		case 'help':
			return textOf(overlay.kind, state).slice(overlay.at, overlay.at + room);
	}
}

/** The rows around the chosen one. */
function listed<Row>(
	rows: readonly Row[],
	at: number,
	room: number,
	draw: (row: Row, isChosen: boolean, index: number) => Line,
): readonly Line[] {
	const first = Math.max(0, Math.min(at - Math.floor(room / 2), rows.length - room));
	return rows.slice(first, first + room).map((row, index) => draw(row, first + index === at, first + index));
}

/** `05-mnt/bind.ts:46   unshare(CLONE_NEWNS);` */
function spotRow({library}: ReaderState, spot: Spot, isChosen: boolean, columns: number): Line {
	const text = library.files.get(spot.path)?.lines[spot.line - 1]?.trim() ?? '';
	const left = padLine([run(` ${placeText(spot)} `, isChosen ? CHOSEN : STRONG)], columns);
	return [...left, run(' '), run(text.replaceAll('\t', ' '))];
}

function placeText({path, line: number}: Spot): string {
	return `${path.replace(/^toolkit\//, '')}:${number}`;
}

/** As wide as the longest place, as long as half of the room is left for the code. */
function placeColumns(spots: readonly Spot[], width: number): number {
	const longest = Math.max(...spots.map(spot => placeText(spot).length));
	return Math.min(longest + 2, Math.floor(width / 2));
}

function exportRow(
	{name, kind, path, line: number, sentence}: Declaration,
	isChosen: boolean,
	strings: Strings,
	width: number,
): Line {
	const called = padLine([run(` ${name} `, isChosen ? CHOSEN : STRONG)], Math.min(28, Math.floor(width / 3)));
	const place = `${path.replace(/^toolkit\/[^/]+\//, '')}:${number}`;
	const left = [...called, run(` ${strings.kinds[kind]} `, FAINT)];
	const placed = padLine(left, Math.max(lineWidth(called) + 12, lineWidth(left)));
	return [...padLine([...placed, run(place, CODE)], lineWidth(placed) + 22), run(' '), run(sentence)];
}
