import {useCursor} from 'ink';
import type {ReactNode} from 'react';
import {useScreen} from '../hooks/use-screen.ts';
import type {Size} from '../layout.ts';
import type {AppState} from '../state/app-state.ts';
import {terminalLines, terminalTitle} from '../view/terminal-view.ts';
import {Lines} from './lines.tsx';

interface TerminalPaneProps {
	readonly state: AppState;
	readonly size: Size;
	/** Where its first cell is on the screen. */
	readonly at: {readonly x: number; readonly y: number};
	readonly isTitled: boolean;
}

/** The learner's shell as it is at this moment. With the focus it has the terminal's own cursor, which input methods follow. */
export function TerminalPane({state, size, at, isTitled}: TerminalPaneProps): ReactNode {
	const screen = useScreen(state.lesson?.terminal);
	const {setCursorPosition} = useCursor();
	const hasFocus = state.focus === 'terminal';
	const cursor = hasFocus ? screen?.cursor : undefined;
	setCursorPosition(cursor && {x: at.x + cursor.column, y: at.y + cursor.row});
	const lines = terminalLines(state, screen, hasFocus);
	const title = isTitled ? [terminalTitle(state, size.columns)] : [];
	return <Lines lines={[...title, ...lines]} width={size.columns} height={size.rows + title.length} />;
}
