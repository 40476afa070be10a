/**
 * Beside the code: the module's map, and under it the files.
 * @module
 */

import type {Size} from '../../app/layout.ts';
import {cutLine} from '../../app/text/cells.ts';
import {type Line, line, lineText, run} from '../../app/text/line.ts';
import {FAINT} from '../../app/text/theme.ts';
import {titleLine} from '../../app/view/title-line.ts';
import type {ReaderState} from '../state/reader-state.ts';
import {stringsOf} from '../strings/strings.ts';
import {listLines} from './list-view.ts';
import {mapLines} from './overlay-text.ts';

/** What the list keeps, with its title, however long the map is. */
const LEAST_LIST_ROWS = 9;

/** As many lines as the pane has rows. */
export function sideLines(state: ReaderState, {columns, rows}: Size): readonly Line[] {
	const strings = stringsOf(state.language);
	const map = mapLines(state, columns - 2).map(drawn => [run(' '), ...drawn]);
	const mapRoom = Math.max(1, Math.min(map.length + 1, rows - LEAST_LIST_ROWS));
	const isWhole = map.length <= mapRoom;
	const isCut = !isWhole || map.some(drawn => lineText(drawn).endsWith('…'));
	const aside = !isCut ? [] : line(strings.mapGoesOn, FAINT);
	const shown = isWhole ? [...map, ...Array.from({length: mapRoom - map.length}, () => [])] : map.slice(0, mapRoom);
	const title = titleLine(strings.files, columns, state.focus === 'list', aside);
	const list = listLines(state, columns, rows - mapRoom - 1);
	return [...shown, title, ...list].slice(0, rows).map(drawn => cutLine(drawn, columns));
}
