/**
 * The projector's screen. It draws lines that others have made, and runs nothing.
 * @module
 */
import {Box, useCursor} from 'ink';
import {type ReactNode, useSyncExternalStore} from 'react';
import {useScreen} from '#lessons/app/hooks/use-screen';
import {isTooSmall} from '#lessons/app/layout';
import {line} from '#lessons/app/text/line';
import {WARNING} from '#lessons/app/text/theme';
import {wrapLine} from '#lessons/app/text/wrap';
import {Lines} from '../../../lessons/app/components/lines.tsx';
import type {Store} from '../store.ts';
import {stringsOf} from '../strings.ts';
import {footer} from './footer.ts';
import {helpView, overviewView} from './overlays.ts';
import {paneLines, paneTitle} from './pane-view.ts';
import {paneSize, paneTop, showLayout} from './show-layout.ts';
import {currentSlide, type ShowState} from './show-state.ts';
import {indented, slideView} from './slide-view.ts';

interface ShowProps {
	readonly show: Pick<Store<ShowState>, 'subscribe' | 'get'>;
}

/** The whole screen: a slide, or what is laid over it. */
export function Show({show}: ShowProps): ReactNode {
	const state = useSyncExternalStore(show.subscribe, show.get);
	const {columns, rows} = state.size;
	const size = {width: columns, height: rows};
	if (isTooSmall(state.size)) {
		const text = stringsOf(state.language).tooSmall(columns, rows);
		return <Lines lines={wrapLine(line(text, WARNING), Math.max(2, columns))} {...size} />;
	}
	if (state.overlay === 'black') return <Lines lines={[]} {...size} />;
	if (state.overlay === 'help') return <Lines lines={[...helpView(state), ...footer(state)]} {...size} />;
	if (state.overlay === 'overview') return <Lines lines={[...overviewView(state), ...footer(state)]} {...size} />;
	if (!state.panes.has(state.slide)) return <Lines lines={[...slideView(state), ...footer(state)]} {...size} />;
	const above = slideView(state);
	return (
		<Box flexDirection="column" width={columns} height={rows}>
			<Lines lines={above} width={columns} height={above.length} />
			<Pane state={state} />
			<Lines lines={footer(state)} width={columns} height={2} />
		</Box>
	);
}

interface PaneProps {
	readonly state: ShowState;
}

/** The machine's terminal as it is now. With the focus it has the terminal's own cursor, which input methods follow. */
function Pane({state}: PaneProps): ReactNode {
	const screen = useScreen(state.panes.get(state.slide)?.terminal);
	const {setCursorPosition} = useCursor();
	const {left, columns} = showLayout(state.size);
	const cursor = state.focus === 'terminal' ? screen?.cursor : undefined;
	const top = paneTop(state.size, currentSlide(state));
	setCursorPosition(cursor && {x: left + cursor.column, y: top + cursor.row});
	const lines = [paneTitle(state, columns), ...paneLines(state, screen)].map(row => indented(row, left));
	return <Lines lines={lines} width={state.size.columns} height={paneSize(state.size, currentSlide(state)).rows + 1} />;
}
