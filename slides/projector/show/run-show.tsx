/**
 * `drydock slides NAME` in a terminal: the deck, its machine, and those who follow it.
 * @module
 */

import type {Provider} from '#sandbox';
import {type Language, languageOf} from '#words/language';
import {sizeOf, takeScreen} from '../../../lessons/app/take-screen.tsx';
import {type Deck, runnables} from '../deck.ts';
import {readDeck} from '../decks.ts';
import {type Machine, startMachine} from '../machine.ts';
import {type Announcement, announce} from '../speaker/announce.ts';
import {Show} from './components.tsx';
import {createShow, type RunningShow} from './show.ts';
import type {ShowState} from './show-state.ts';

export interface ShowOptions {
	readonly name: string;
	readonly language?: Language | undefined;
	readonly sandbox?: Provider | undefined;
}

/** Presents a deck on standard input and output, which are terminals. Returns an exit code. */
export async function runShow({name, language, sandbox}: ShowOptions): Promise<number> {
	const decks = {en: readDeck(name, 'en'), zh: readDeck(name, 'zh')};
	const ended = Promise.withResolvers<number>();
	const machine =
		hasBlocks(decks.en) || hasBlocks(decks.zh) ? openMachine(sandbox, change => show.set(change)) : undefined;
	const initial: ShowState = {
		decks,
		language: language ?? languageOf(process.env),
		size: sizeOf(process.stdout),
		slide: 0,
		step: 0,
		focus: 'slides',
		selected: 0,
		now: Date.now(),
		machine: {state: machine === undefined ? 'none' : 'starting'},
		panes: new Map(),
	};
	const show: RunningShow = createShow(initial, {machine, exit: () => ended.resolve(0)});
	const announcement = await announced(show);
	const clock = setInterval(() => show.set({now: Date.now()}), 1000);
	return takeScreen({
		screen: <Show show={show} />,
		resize: show.resize,
		hasShellFocus: () => show.get().focus === 'terminal',
		typeIntoShell: show.type,
		press: show.press,
		close: async () => {
			clearInterval(clock);
			announcement?.close();
			show.close();
			await machine?.close();
		},
		ended,
	}).ended;
}

function hasBlocks({slides}: Deck): boolean {
	return slides.some(slide => runnables(slide).length > 0);
}

/** Begins to bring the machine up; the state tells how that goes. */
function openMachine(wanted: Provider | undefined, change: (state: Partial<ShowState>) => void): Machine {
	const machine = startMachine({
		wanted,
		onProgress: ({share}) =>
			change({machine: {state: 'starting', percent: share === undefined ? undefined : Math.floor(share * 100)}}),
	});
	machine.ready().then(
		() => change({machine: {state: 'running'}}),
		error => change({machine: {state: 'unavailable', why: error instanceof Error ? error.message : String(error)}}),
	);
	return machine;
}

/** A presentation that can't be followed is one all the same: its first slide says so. */
async function announced(show: RunningShow): Promise<Announcement | undefined> {
	const tell = (announcement: Announcement) => {
		const {decks, language, slide, step, startedAt, overlay} = show.get();
		announcement.tell({deck: decks.en.name, language, slide, step, startedAt, isBlack: overlay === 'black'});
	};
	try {
		const announcement = await announce(show.get().decks.en.name, show.steer);
		tell(announcement);
		show.subscribe(() => tell(announcement));
		return announcement;
	} catch (error) {
		show.set({notice: `--speaker: ${error instanceof Error ? error.message : String(error)}`});
		return undefined;
	}
}
