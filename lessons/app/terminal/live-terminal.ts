/**
 * The learner's shell on the screen: the sandbox's pty on one side, a cell grid on the other.
 *
 *     keys ──▶ pty ──▶ shell, vim, top
 *                          │ bytes
 *     lines ◀── grid ◀─────┘
 *
 * The surprise: a program may ask its terminal something (where is the cursor, what are you?). The grid answers, and the
 * answer goes down the pty as if it had been typed.
 * @module
 */
// The package is CommonJS without names that an `import` could see: everything is in the default export.
import xterm from '@xterm/headless';
import {reportCode} from '#narrate/report';
import type {SandboxTerminal, TerminalSize} from '#sandbox';
import type {Line} from '../text/line.ts';
import {type Cursor, cursorOf, screenLines} from './screen.ts';
import {translate} from './translate.ts';
import {countAsWeDo} from './widths.ts';

/** What a pane draws. */
export interface Screen {
	readonly size: TerminalSize;
	readonly lines: readonly Line[];
	/** Undefined while a program hides it, or while older lines are looked at. */
	readonly cursor: Cursor | undefined;
	/** Lines between the bottom and what is shown; 0 follows the output. */
	readonly scrolledBack: number;
}

/** The grid of one pty. Fits useSyncExternalStore. */
export interface LiveTerminal {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getScreen: () => Screen;
	/** Bytes as the keyboard sent them. */
	type(bytes: Buffer): void;
	resize(size: TerminalSize): void;
	/** Looks at older lines (positive) or goes back towards the newest. */
	scroll(lines: number): void;
	/** Calls `listener` with what programs say past the screen: reports of `drydock watch`, which may be anybody's. */
	onReport(listener: (report: string) => void): void;
	/** Stops drawing. The pty belongs to the player. */
	close(): void;
}

const FLOOD_BYTES = 2 ** 21;

/** Draws what comes out of `pty`, from now on. */
export function openLiveTerminal(pty: SandboxTerminal, size: TerminalSize): LiveTerminal {
	const grid = new xterm.Terminal({cols: size.columns, rows: size.rows, scrollback: 2000, allowProposedApi: true});
	countAsWeDo(grid);
	const listeners = new Set<() => void>();
	let screen: Screen | undefined;
	let scrolledBack = 0;
	let isHidden = false;
	let isClosed = false;
	const changed = () => {
		screen = undefined;
		for (const listener of listeners) listener();
	};
	const hide = (isHiding: boolean) => (parameters: readonly (number | number[])[]) => {
		if (parameters.includes(25)) isHidden = isHiding;
		return false;
	};
	grid.parser.registerCsiHandler({prefix: '?', final: 'l'}, hide(true));
	grid.parser.registerCsiHandler({prefix: '?', final: 'h'}, hide(false));
	let report: (text: string) => void = () => {};
	grid.parser.registerOscHandler(reportCode, text => {
		report(text);
		return true;
	});
	grid.onData(answer => pty.write(answer));
	grid.onWriteParsed(changed);
	let waitingBytes = 0;
	const ignore = pty.onData(data => {
		// Nobody reads a flood: what comes faster than it can be drawn is dropped, and the shell stays in hand.
		if (isClosed || waitingBytes > FLOOD_BYTES) return;
		waitingBytes += data.length;
		grid.write(data, () => {
			waitingBytes -= data.length;
		});
	});
	return {
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getScreen: () => {
			screen ??= {
				size: {columns: grid.cols, rows: grid.rows},
				lines: screenLines(grid, scrolledBack),
				cursor: isHidden || scrolledBack > 0 ? undefined : cursorOf(grid),
				scrolledBack,
			};
			return screen;
		},
		type: bytes => {
			scrolledBack = 0;
			pty.write(translate(bytes, grid.modes));
		},
		resize: ({columns, rows}) => {
			if (columns === grid.cols && rows === grid.rows) return;
			grid.resize(columns, rows);
			changed();
		},
		scroll: lines => {
			const before = scrolledBack;
			scrolledBack = Math.max(0, Math.min(grid.buffer.active.baseY, scrolledBack + lines));
			if (scrolledBack !== before) changed();
		},
		onReport: listener => {
			report = listener;
		},
		close: () => {
			isClosed = true;
			ignore();
			listeners.clear();
			grid.dispose();
		},
	};
}
