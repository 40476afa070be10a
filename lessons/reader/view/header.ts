/**
 * The first line: which file of which module, and how much was read.
 * @module
 */
import {cutLine} from '../../app/text/cells.ts';
import {type Line, lineWidth, run} from '../../app/text/line.ts';
import {CHANGED, FAINT, HEADING, STRONG} from '../../app/text/theme.ts';
import {walkIndex} from '../sources/library.ts';
import {ideaOf} from '../sources/source-file.ts';
import {openFile, type ReaderState} from '../state/reader-state.ts';
import {stringsOf} from '../strings/strings.ts';

/** ` 05-mnt · bind.ts  Bind mounts: …    file 44 of 240 · 18 % read ` */
export function headerLine(state: ReaderState): Line {
	const {library, size} = state;
	const strings = stringsOf(state.language);
	const file = openFile(state);
	const number = strings.fileOf(walkIndex(library, file) + 1, library.walk.length);
	const right: Line = [run(` ${number} · ${strings.read(percentRead(state))} `, FAINT)];
	const left: Line = [
		run(` ${file.module} · `, FAINT),
		run(file.name, HEADING),
		...(file.isTest ? [run(` ${strings.test}`, CHANGED)] : []),
		run('  '),
		run(ideaOf(file), STRONG),
	];
	const shown = cutLine(left, Math.max(1, size.columns - lineWidth(right)));
	const spare = size.columns - lineWidth(shown) - lineWidth(right);
	return cutLine([...shown, run(' '.repeat(Math.max(0, spare))), ...right], size.columns);
}

/** How much of the toolkit was read, by lines: a long file is more than a short one. */
export function percentRead({library, read}: Pick<ReaderState, 'library' | 'read'>): number {
	const count = (total: number, {lines}: {readonly lines: readonly string[]}): number => total + lines.length;
	const all = library.walk.reduce(count, 0);
	const done = library.walk.filter(({path}) => read.has(path)).reduce(count, 0);
	const percent = (done / Math.max(1, all)) * 100;
	// At the beginning a file is less than a hundredth, and one wants to see that it counts.
	return percent < 10 ? Math.floor(percent * 10) / 10 : Math.floor(percent);
}
