/**
 * The first line of a lesson: where one is, and how far.
 * @module
 */
import type {Tab} from '../layout.ts';
import {type AppState, currentPanel, type OpenLesson} from '../state/app-state.ts';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, lineWidth, run} from '../text/line.ts';
import {ACCENT, CHANGED, CHOSEN, FAINT, GOOD, HEADING, KEY} from '../text/theme.ts';

/** `04 · Who am I?   1 Text  2 Shell  3 Kernel   ━━━━────` */
export function lessonHeader(
	state: AppState,
	lesson: OpenLesson,
	strings: Strings,
	isNarrow: boolean,
	panelChanged: boolean,
): Line {
	const {player} = lesson;
	const name: Line = [
		run(` ${player.lesson.id.slice(0, 2)} · `, FAINT),
		run(player.lesson.title[state.language], HEADING),
	];
	const right: Line = [
		...progress(lesson),
		run(` ${strings.lesson.step(player.stepIndex + 1, player.stepCount)} `, FAINT),
	];
	const middle = isNarrow ? tabs(lesson, strings, panelChanged) : [];
	const spare = state.size.columns - lineWidth(name) - lineWidth(middle) - lineWidth(right);
	if (spare < 2)
		return cutLine(isNarrow ? [...middle, run('  '), ...name] : [...name, run('  '), ...right], state.size.columns);
	const left = isNarrow ? Math.floor(spare / 2) : 0;
	return [...name, run(' '.repeat(left)), ...middle, run(' '.repeat(spare - left)), ...right];
}

const TABS: readonly Tab[] = ['text', 'terminal', 'panel'];

function tabs(lesson: OpenLesson, strings: Strings, panelChanged: boolean): Line {
	const {told, isSeen} = lesson.narration;
	// Something was told of the last line: the key that shows it.
	const mark = isSeen || told.length === 0 ? [] : [run('w', KEY)];
	const labels = TABS.flatMap((tab, index) => {
		const label = tab === 'panel' ? strings.panel.names[currentPanel(lesson)] : strings.lesson.tabs[tab];
		const changed = tab === 'panel' && panelChanged ? [run('*', CHANGED)] : [run(' ')];
		return [run(` ${index + 1} ${label}`, tab === lesson.tab ? CHOSEN : FAINT), ...changed];
	});
	return [...labels, ...mark];
}

/** A mark for each step. */
function progress({player}: OpenLesson): Line {
	return Object.keys(player.lesson.steps).map((anchor, index) => {
		const isHere = index === player.stepIndex && player.summary === undefined;
		const isDone = player.done.has(anchor);
		return run(isHere ? '▪' : isDone ? '━' : '─', isHere ? ACCENT : isDone ? GOOD : FAINT);
	});
}
