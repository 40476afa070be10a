/**
 * The list of all files in reading order, under their modules.
 * @module
 */
import {cutLine} from '../../app/text/cells.ts';
import {type Line, lineWidth, padLine, run} from '../../app/text/line.ts';
import {ACCENT, CHOSEN, FAINT, GOOD, STRONG} from '../../app/text/theme.ts';
import type {Module} from '../sources/library.ts';
import {ideaOf, type SourceFile} from '../sources/source-file.ts';
import type {ReaderState} from '../state/reader-state.ts';
import {stringsOf} from '../strings/strings.ts';

const METER = 8;
/** What a file's name takes, before what the file is about. */
const NAME_COLUMNS = 22;

/** The part of the list around the chosen file. */
export function listLines(state: ReaderState, width: number, room: number): readonly Line[] {
	const {modules, walk} = state.library;
	const chosen = walk[state.listed]!;
	// A row is drawn when it is known to be shown: there are hundreds.
	const rows: (() => Line)[] = [];
	let at = 0;
	for (const module of modules) {
		rows.push(() => moduleLine(state, module, width));
		for (const file of module.files) {
			if (file === chosen) at = rows.length;
			rows.push(() => fileLine(state, file, file === chosen, width));
		}
	}
	const first = Math.max(0, Math.min(at - Math.floor(room / 2), rows.length - room));
	return rows.slice(first, first + room).map(draw => draw());
}

function moduleLine({read, language}: ReaderState, {id, files}: Module, width: number): Line {
	const done = files.filter(({path}) => read.has(path)).length;
	const full = Math.floor((done / files.length) * METER);
	const meter: Line = [
		run('━'.repeat(full), GOOD),
		run('─'.repeat(METER - full), FAINT),
		run(` ${stringsOf(language).moduleRead(done, files.length)} `, FAINT),
	];
	return [...padLine([run(` ${id} `, STRONG)], Math.min(NAME_COLUMNS, width - lineWidth(meter))), ...meter];
}

function fileLine(state: ReaderState, file: SourceFile, isChosen: boolean, width: number): Line {
	const isOpen = file.path === state.place.path;
	const hasFocus = isChosen && state.focus === 'list';
	const style = hasFocus ? CHOSEN : isOpen ? ACCENT : {};
	const mark = state.read.has(file.path) ? run(' ✓', GOOD) : run('  ');
	const name = cutLine([run(` ${file.name} `, style)], width - 3);
	const left = padLine([run(isOpen ? '›' : ' ', ACCENT), mark, ...name], NAME_COLUMNS);
	return cutLine([...left, run(' '), run(ideaOf(file), FAINT)], width);
}
