/**
 * The shell's pane: its screen, or why there is none.
 * @module
 */
import {inLanguage} from '#words/explained-error';
import type {AppState} from '../state/app-state.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';
import type {Screen} from '../terminal/live-terminal.ts';
import type {Cursor} from '../terminal/screen.ts';
import {fromCells, toCells} from '../text/cells.ts';
import {type Line, line, lineWidth, padLine, run, type Style} from '../text/line.ts';
import {BAD, FAINT, WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';
import {preparingText} from './preparing.ts';
import {titleLine} from './title-line.ts';

/** What the pane shows. Without the focus the cursor is drawn, for the terminal's own is elsewhere. */
export function terminalLines(state: AppState, screen: Screen | undefined, hasFocus: boolean): readonly Line[] {
	const strings = stringsOf(state.language);
	const message = messageOf(state, strings);
	if (screen === undefined) {
		const width = Math.max(2, state.size.columns > 120 ? 60 : state.size.columns - 4);
		return [[], ...message.flatMap(text => wrapLine(text, width)).map(text => [run('  '), ...text])];
	}
	const {cursor, lines} = screen;
	const drawn =
		hasFocus || cursor === undefined
			? lines
			: lines.map((row, y) => (y === cursor.row ? withCursor(row, cursor) : row));
	const last = screen.scrolledBack > 0 ? line(strings.lesson.scrolledBack(screen.scrolledBack), WARNING) : message[0];
	return last === undefined ? drawn : [...drawn.slice(0, screen.size.rows - 1), last];
}

/** The title tells where the keys go. */
export function terminalTitle({language, focus}: AppState, width: number): Line {
	return titleLine(stringsOf(language).lesson.shell, width, focus === 'terminal');
}

function messageOf(state: AppState, strings: Strings): readonly Line[] {
	const {lesson, sandbox} = state;
	const preparing = preparingText(state, strings);
	const exitCode = lesson?.player.shellExitCode;
	if (exitCode !== undefined) return [line(strings.lesson.shellExited(exitCode), WARNING)];
	switch (sandbox.state) {
		case 'starting':
			if (preparing !== undefined) return [line(preparing, WARNING), line(strings.sandbox.onlyOnce, FAINT)];
			return [line(strings.lesson.terminalStarting, FAINT)];
		case 'ended':
			return [line(strings.lesson.terminalEnded, WARNING)];
		case 'unavailable':
			return [
				line(strings.lesson.terminalUnavailable, BAD),
				[],
				...inLanguage(sandbox.why, state.language)
					.split('\n')
					.map(text => line(text)),
			];
		case 'idle':
		case 'running':
			return [];
	}
}

const CURSOR: Style = {inverse: true, dim: true};

function withCursor(row: Line, {column}: Cursor): Line {
	const cells = toCells(padLine(row, column + 1));
	let at = 0;
	return fromCells(
		cells.map(cell => {
			const isHere = at <= column && column < at + cell.width;
			at += cell.width;
			return isHere ? {...cell, style: CURSOR} : cell;
		}),
	).filter(({text}) => lineWidth([run(text)]) > 0);
}
