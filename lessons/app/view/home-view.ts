/**
 * The map: every module of the course, how far each lesson is, and the machine that lessons run on.
 * @module
 */
import {inLanguage} from '#words/explained-error';
import type {AppState, Stop} from '../state/app-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, line, lineWidth, padLine, run} from '../text/line.ts';
import {ACCENT, BAD, CHOSEN, FAINT, GOOD, HEADING, STRONG, WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';
import {keyLine} from './key-line.ts';
import {ship} from './ship.ts';
import {titleLine} from './title-line.ts';

/** Columns of the list where there is room for something beside it. */
const LIST_COLUMNS = 58;

/** The map's whole screen: as many lines as it has rows. */
export function homeLines(state: AppState): readonly Line[] {
	const {columns, rows} = state.size;
	const strings = stringsOf(state.language);
	const keys = state.notice === undefined ? keyLine(state, strings) : line(` ${state.notice}`, WARNING);
	const isWide = columns >= 110;
	const about = isWide ? wideAbout(state, strings, columns - LIST_COLUMNS - 3) : [];
	const foot = isWide ? [] : narrowFoot(state, strings, columns);
	const room = rows - 2 - foot.length;
	const spacing = isWide && room >= 2 * state.stops.length + 2 ? 2 : 1;
	const list = stopLines(state, strings, isWide ? LIST_COLUMNS : columns, Math.floor(room / spacing));
	const spaced = spacing === 2 ? list.flatMap(stop => [[], stop]) : list;
	const body = isWide ? beside(spaced, about, room) : spaced;
	const filled = [...body, ...Array.from({length: Math.max(0, room - body.length)}, () => [])];
	return [header(state, strings), ...filled.slice(0, room), ...foot, keys].map(drawn => cutLine(drawn, columns));
}

function header({stops, size, language}: AppState, strings: Strings): Line {
	const lessons = stops.filter(({hasLesson}) => hasLesson);
	const finished = lessons.filter(({isFinished}) => isFinished).length;
	const left: Line = [run(` ${strings.title}`, HEADING), run(` · ${strings.subtitle}`, FAINT)];
	const right: Line = [
		run(strings.home.progress(finished, lessons.length), FAINT),
		run(` · ${stringsOf(language).languageName} `, FAINT),
	];
	const spare = size.columns - lineWidth(left) - lineWidth(right);
	return spare >= 1 ? [...left, run(' '.repeat(spare)), ...right] : left;
}

/** The stops around the chosen one, if not all have room. */
function stopLines(state: AppState, strings: Strings, width: number, room: number): readonly Line[] {
	const first = Math.max(0, Math.min(state.selected - Math.floor(room / 2), state.stops.length - room));
	return state.stops
		.slice(first, first + room)
		.map((stop, index) => stopLine(stop, first + index === state.selected, state, strings, width));
}

const METER = 10;

function stopLine(
	stop: Stop,
	isSelected: boolean,
	{language, opening}: AppState,
	strings: Strings,
	width: number,
): Line {
	const {module, hasLesson, isFinished} = stop;
	const name = ` ${module.id.slice(0, 2)}  ${module.title[language]} `;
	const style = isSelected ? CHOSEN : hasLesson ? STRONG : FAINT;
	const mark = isFinished ? run(' ✓', GOOD) : isSelected ? run(' ›', ACCENT) : run('  ');
	const left = padLine([mark, run(name, style)], Math.min(30, width - 24));
	return [...left, ...(opening === module.id ? line(strings.home.loading, ACCENT) : progress(stop, strings))];
}

function progress({hasLesson, isFinished, steps, stepsDone}: Stop, strings: Strings): Line {
	if (!hasLesson) return [run(strings.home.later, FAINT)];
	if (isFinished) return [run('━'.repeat(METER), GOOD), run(` ${strings.home.finished}`, GOOD)];
	const full = steps === undefined || steps === 0 ? 0 : Math.round((stepsDone / steps) * METER);
	const count = steps === undefined ? '' : ` ${strings.home.steps(stepsDone, steps)}`;
	return [run('━'.repeat(full), ACCENT), run('─'.repeat(METER - full), FAINT), run(count, FAINT)];
}

/** Under the list: the question, and the sandbox. */
function narrowFoot(state: AppState, strings: Strings, width: number): readonly Line[] {
	const stop = state.stops[state.selected]!;
	const [added, remedy] = remedyLines(state, strings);
	const isIdle = state.sandbox.state === 'idle' && added !== undefined;
	const sandbox = isIdle ? [...nameOf(state, strings), ...added] : sandboxLine(state, strings);
	return [
		titleLine(stop.module.question[state.language], width),
		[run(` ${strings.home.sandbox}  `, FAINT), ...sandbox],
		...(remedy === undefined ? [] : wrapLine(remedy, width - 2).map(drawn => [run(' '), ...drawn])),
	];
}

/** Beside the list: the same with more room, and the ship. */
function wideAbout(state: AppState, strings: Strings, width: number): readonly Line[] {
	const {module, hasLesson} = state.stops[state.selected]!;
	return [
		[],
		line(`${module.id.slice(0, 2)} · ${module.title[state.language]}`, HEADING),
		[],
		...wrapLine(line(module.question[state.language], STRONG), width),
		[],
		...(hasLesson ? [] : wrapLine(line(strings.home.notThere, FAINT), width)),
		...ship(state.stops.filter(({isFinished}) => isFinished).length),
		[],
		titleLine(strings.home.sandbox, width),
		...wrapLine(sandboxLine(state, strings), width),
		...remedyLines(state, strings).flatMap(drawn => wrapLine(drawn, width)),
	];
}

function sandboxLine(state: AppState, strings: Strings): Line {
	const {sandbox} = state;
	const name = nameOf(state, strings);
	switch (sandbox.state) {
		case 'running':
			return [...name, run(strings.sandbox.running, GOOD)];
		case 'unavailable':
			return [
				...name,
				run(`${strings.sandbox.unavailable}  `, BAD),
				run(inLanguage(sandbox.why, state.language).replaceAll('\n', ' ')),
			];
		default:
			return [...name, run(strings.sandbox[sandbox.state], FAINT)];
	}
}

function nameOf({choice}: AppState, strings: Strings): Line {
	return choice === undefined ? [] : [run(strings.sandbox.names[choice.provider], STRONG), run(' · ', FAINT)];
}

/** What a machine would add, and the command that gets it or why there is none; nothing where it can be had. */
function remedyLines({choice, language}: AppState, strings: Strings): readonly Line[] {
	if (choice?.remedy === undefined) return [];
	return [[run(strings.sandbox.wouldAdd, FAINT)], [run(choice.remedy[language], WARNING)]];
}

function beside(left: readonly Line[], right: readonly Line[], rows: number): readonly Line[] {
	const height = Math.min(rows, Math.max(left.length, right.length));
	return Array.from({length: height}, (_, row) => [
		...padLine(left[row] ?? [], LIST_COLUMNS),
		run('  '),
		...(right[row] ?? []),
	]);
}
