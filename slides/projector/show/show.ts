/**
 * The projector as it runs: takes keys, changes the state, and starts in the machine what a slide has to run.
 *
 *     keyboard, speaker ──▶ press() ──▶ intent ──▶ reduce() ──▶ state ──▶ views, speaker
 *                                          └─────▶ machine ──▶ pty ──▶ pane
 *
 * @module
 */
import type {Key} from '#lessons/app/keys/decoder';
import type {Size} from '#lessons/app/layout';
import {openLiveTerminal} from '#lessons/app/terminal/live-terminal';
import type {SandboxTerminal} from '#sandbox';
import type {Machine} from '../machine.ts';
import {onBlockEnd, startBlock} from '../run-block.ts';
import {createStore, type Store} from '../store.ts';
import {stringsOf} from '../strings.ts';
import {type Intent, intentOf} from './intents.ts';
import {reduce} from './reduce.ts';
import {paneSize} from './show-layout.ts';
import {currentDeck, nextBlock, type Pane, type ShowState, seenBlocks} from './show-state.ts';

export interface ShowServices {
	/** Undefined if the deck has nothing to run. */
	readonly machine: Machine | undefined;
	readonly exit: () => void;
}

/** Fits useSyncExternalStore. */
export interface RunningShow extends Store<ShowState> {
	press(key: Key): void;
	/** What a speaker's screen may ask for. */
	steer(to: 'next' | 'back'): void;
	type(bytes: Buffer): void;
	resize(size: Size): void;
	close(): void;
}

/** Starts on the state's slide. */
export function createShow(initial: ShowState, {machine, exit}: ShowServices): RunningShow {
	const store = createStore(initial);
	const ptys = new Map<number, SandboxTerminal>();

	function obey(intent: Intent): void {
		store.set(reduce({...store.get(), now: Date.now()}, intent));
		if (intent.type === 'run') void runNext();
		else if (intent.type === 'reset') void reset();
		else if (intent.type === 'leave') exit();
	}

	async function runNext(): Promise<void> {
		const block = nextBlock(store.get());
		if (machine === undefined || block === undefined) return;
		const {slide, step, size} = store.get();
		const runnable = seenBlocks(store.get(), step)[block]!;
		const pane: Pane = {block};
		closePane(slide);
		setPane(slide, pane);
		const isCurrent = () => store.get().panes.get(slide)?.block === block;
		try {
			const shape = paneSize(size, currentDeck(store.get()).slides[slide]!);
			const pty = await startBlock(await machine.ready(), runnable, shape);
			// Whoever has reset the machine meanwhile, or has run the next block, has taken the slide's place.
			if (!isCurrent() || ptys.has(slide)) return pty.close();
			ptys.set(slide, pty);
			setPane(slide, {...pane, terminal: openLiveTerminal(pty, shape)});
			onBlockEnd(pty, exitCode => changePane(slide, pty, {exitCode}));
			pty.onExit(exitCode => {
				changePane(slide, pty, {exitCode: store.get().panes.get(slide)?.exitCode ?? exitCode, isOver: true});
				if (ptys.get(slide) === pty && store.get().slide === slide) store.set({focus: 'slides'});
			});
			resize(store.get().size);
		} catch (error) {
			if (isCurrent()) closePane(slide);
			// Why there is no machine is told by its state.
			if (store.get().machine.state !== 'unavailable') store.set({notice: messageOf(error)});
		}
	}

	async function reset(): Promise<void> {
		if (machine === undefined || store.get().machine.state === 'unavailable') return;
		closePanes();
		store.set({machine: {state: 'starting'}});
		try {
			await machine.renew();
			const {language} = store.get();
			store.set({machine: {state: 'running'}, notice: stringsOf(language).machine.fresh});
		} catch (error) {
			store.set({machine: {state: 'unavailable', why: messageOf(error)}});
		}
	}

	function setPane(slide: number, pane: Pane): void {
		store.set({panes: new Map(store.get().panes).set(slide, pane)});
	}

	function changePane(slide: number, pty: SandboxTerminal, change: Partial<Pane>): void {
		const pane = store.get().panes.get(slide);
		if (pane !== undefined && ptys.get(slide) === pty) setPane(slide, {...pane, ...change});
	}

	function closePane(slide: number): void {
		store.get().panes.get(slide)?.terminal?.close();
		ptys.get(slide)?.close();
		ptys.delete(slide);
		const panes = new Map(store.get().panes);
		panes.delete(slide);
		store.set({panes, focus: 'slides'});
	}

	function closePanes(): void {
		for (const slide of store.get().panes.keys()) closePane(slide);
	}

	function resize(size: Size): void {
		store.set({size});
		const state = store.get();
		for (const [slide, {terminal}] of state.panes) {
			const shape = paneSize(size, currentDeck(state).slides[slide]!);
			terminal?.resize(shape);
			ptys.get(slide)?.resize(shape);
		}
	}

	return {
		...store,
		press: key => {
			const intent = intentOf(key, store.get());
			if (intent !== undefined) obey(intent);
		},
		steer: to => obey({type: to}),
		type: bytes => store.get().panes.get(store.get().slide)?.terminal?.type(bytes),
		resize,
		close: closePanes,
	};
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
