/**
 * A lesson's whole screen as lines, from the state alone. The components only put them in their places.
 * @module
 */
import type {Panel} from '#lesson';
import {type Layout, layoutOf, type Size, textColumns} from '../layout.ts';
import {cgroupRows} from '../panels/cgroups.ts';
import {descriptorRows} from '../panels/descriptors.ts';
import {mapRows} from '../panels/map.ts';
import {mountRows} from '../panels/mounts.ts';
import {namespaceRows} from '../panels/namespaces.ts';
import {narrationLines, shownOf} from '../panels/narration.ts';
import {networkRows} from '../panels/network.ts';
import {hasChanges, type PanelView, panelLines, type Row} from '../panels/panel.ts';
import {processRows} from '../panels/processes.ts';
import {type AppState, currentPanel, type OpenLesson} from '../state/app-state.ts';
import {stepLines} from '../steps/step-lines.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';
import {type Line, line, run} from '../text/line.ts';
import {markdownLines} from '../text/markdown.ts';
import {BAD, FAINT, GOOD, HEADING, KEY, WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';
import {lessonHeader} from './header.ts';
import {keyLine} from './key-line.ts';
import {preparingText} from './preparing.ts';
import {summaryLines} from './summary.ts';
import {titleLine} from './title-line.ts';

/** Everything that a lesson shows, but for the shell, which changes by itself. */
export interface LessonView {
	readonly layout: Layout;
	readonly header: Line;
	readonly text: readonly Line[];
	/** The last line that the text may begin with. */
	readonly textLimit: number;
	readonly stepTitle: Line;
	readonly step: readonly Line[];
	readonly panelTitle: Line;
	readonly panel: readonly Line[];
	readonly keys: Line;
}

/** What to draw; undefined on the map. */
export function lessonView(state: AppState): LessonView | undefined {
	const {lesson, size} = state;
	if (lesson === undefined) return undefined;
	const strings = stringsOf(state.language);
	const width = textColumns(size) - 2;
	const step = stepLines(lesson, strings, width);
	const all = textLines(lesson, state, width, strings);
	const layout = layoutOf(size, lesson.tab, {text: all.length, step: step.length});
	const rows = panelRows(lesson, strings, layout.panel?.columns ?? size.columns);
	const textRows = layout.text?.rows ?? 0;
	const textLimit = Math.max(0, all.length - textRows);
	const top = Math.min(lesson.textTop, textLimit);
	return {
		layout,
		header: lessonHeader(state, lesson, strings, layout.kind === 'narrow', hasChanges(rows)),
		text: all.slice(top, top + textRows),
		textLimit,
		stepTitle: stepTitle(state, lesson, layout.step.columns + 2, layout.text !== undefined && top < textLimit),
		step: fitted(step, layout.step.rows),
		panelTitle: panelTitle(lesson, strings, layout.panel?.columns ?? 0),
		panel: layout.panel === undefined ? [] : panelText(state, lesson, rows, layout.panel),
		keys: state.notice === undefined ? keyLine(state, strings) : line(` ${state.notice}`, WARNING),
	};
}

/** Beside its name, that the narrator has told something which the learner hasn't looked at. */
function panelTitle(lesson: OpenLesson, strings: Strings, width: number): Line {
	const {told, isSeen} = lesson.narration;
	const mark =
		isSeen || told.length === 0 ? [] : [run('w', KEY), run(` ${strings.narration.calls(told.length)}`, WARNING)];
	return titleLine(strings.panel.names[currentPanel(lesson)], width, false, mark);
}

function panelText({language}: AppState, lesson: OpenLesson, rows: readonly Row[], {columns, rows: height}: Size) {
	const strings = stringsOf(language);
	if (currentPanel(lesson) !== 'narration') return panelLines(rows, columns, height, strings);
	return shownOf(narrationLines(lesson.narration, language, strings, columns), height, lesson.narration.back);
}

/** Longer lines are hard to read. */
const READABLE_COLUMNS = 90;

function textLines({player}: OpenLesson, {language}: AppState, room: number, strings: Strings): readonly Line[] {
	const width = Math.min(room, READABLE_COLUMNS);
	const lines =
		player.summary === undefined
			? [...wrapLine(line(player.section.title, HEADING), width), [], ...proseLines(player.section.markdown, width)]
			: summaryLines(player.summary, language, strings, width);
	return lines.map(drawn => [run(' '), ...drawn]);
}

/** The same text at the same width is asked for at every frame. */
let lastProse: {readonly markdown: string; readonly width: number; readonly lines: readonly Line[]} | undefined;

function proseLines(markdown: string, width: number): readonly Line[] {
	if (lastProse?.markdown !== markdown || lastProse.width !== width) {
		lastProse = {markdown, width, lines: markdownLines(markdown, width)};
	}
	return lastProse.lines;
}

function stepTitle(state: AppState, {player}: OpenLesson, width: number, hasMore: boolean): Line {
	const strings = stringsOf(state.language);
	const kind = player.summary === undefined ? strings.step.kinds[player.step.kind] : '✓';
	const isWrong = player.prediction?.verdict === 'wrong';
	const status = player.summary === undefined ? strings.step.status[player.status] : '';
	const more = hasMore ? [run(strings.lesson.more, WARNING)] : [];
	const mark =
		player.status === 'done' ? run(isWrong ? status : `✓ ${status}`, isWrong ? BAD : GOOD) : run(status, FAINT);
	// Beside the shell's own pane, which may be hidden.
	const preparing = hasMore ? undefined : preparingText(state, strings);
	if (preparing !== undefined) return titleLine([run(kind, HEADING)], width, false, [run(preparing, WARNING)]);
	return titleLine([run(kind, HEADING)], width, false, [
		...more,
		...(status === '' ? [] : [run(more.length > 0 ? ' · ' : ''), mark]),
	]);
}

/** If there isn't room for all: the first line tells what it is about, the last ones what is new. */
function fitted(lines: readonly Line[], rows: number): readonly Line[] {
	return lines.length <= rows ? lines : [lines[0]!, ...lines.slice(lines.length - rows + 1)];
}

const PANELS: Readonly<Record<Exclude<Panel, 'narration'>, PanelView>> = {
	processes: processRows,
	mounts: mountRows,
	cgroups: cgroupRows,
	namespaces: namespaceRows,
	network: networkRows,
	descriptors: descriptorRows,
	map: mapRows,
};

function panelRows(lesson: OpenLesson, strings: Strings, width: number): readonly Row[] {
	const {now, before, shell, family} = lesson.player;
	if (now === undefined) return [{line: [run(strings.panel.nothing, FAINT)]}];
	const {since, descriptors, descriptorsSince} = lesson;
	const panel = currentPanel(lesson);
	if (panel === 'narration') return [];
	return PANELS[panel]({
		now,
		since,
		before,
		shell,
		family,
		descriptors,
		descriptorsSince,
		strings,
		width,
	});
}
