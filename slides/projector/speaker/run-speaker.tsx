/**
 * `drydock slides --speaker`: the notes, the next slide and the time, in a second terminal.
 * @module
 */
import {type ReactNode, useSyncExternalStore} from 'react';
import type {Language} from '#words/language';
import {languageOf} from '#words/language';
import {Lines} from '../../../lessons/app/components/lines.tsx';
import {sizeOf, takeScreen} from '../../../lessons/app/take-screen.tsx';
import {deckNames, readDeck} from '../decks.ts';
import {createStore, type Store} from '../store.ts';
import {type Followed, follow} from './follow.ts';
import type {Steering} from './messages.ts';
import type {SpeakerState} from './speaker-state.ts';
import {speakerView} from './speaker-view.ts';

export interface SpeakerOptions {
	/** A deck, or one presentation of it: `two-hours.4711`. Default: the only one that runs. */
	readonly wanted?: string | undefined;
	readonly language?: Language | undefined;
}

const STEERING: Readonly<Record<string, Steering>> = {
	right: 'next',
	down: 'next',
	' ': 'next',
	pagedown: 'next',
	enter: 'next',
	left: 'back',
	up: 'back',
	pageup: 'back',
};

/** Follows presentations on standard input and output, which are terminals. Returns an exit code. */
export async function runSpeaker({wanted, language}: SpeakerOptions): Promise<number> {
	const ended = Promise.withResolvers<number>();
	const store = createStore<SpeakerState>({
		size: sizeOf(process.stdout),
		wanted,
		language,
		fallback: languageOf(process.env),
		followed: {state: 'none'},
		now: Date.now(),
	});
	const follower = follow(wanted, followed =>
		store.set({followed, now: Date.now(), deck: deckOf(followed, store.get())}),
	);
	const clock = setInterval(() => store.set({now: Date.now()}), 1000);
	return takeScreen({
		screen: <Speaker store={store} />,
		resize: size => store.set({size}),
		hasShellFocus: () => false,
		typeIntoShell: () => {},
		press: key => {
			const to = STEERING[key];
			if (to !== undefined) follower.steer(to);
			else if (key === 'q' || key === 'ctrl-c') ended.resolve(0);
		},
		close: async () => {
			clearInterval(clock);
			follower.close();
		},
		ended,
	}).ended;
}

/** The followed deck, read again only when it is another one. A name that came over the socket is never a path. */
function deckOf(followed: Followed, {deck, language}: SpeakerState): SpeakerState['deck'] {
	if (followed.state !== 'following') return undefined;
	const {position} = followed;
	const wanted = language ?? position.language;
	if (deck?.name === position.deck && deck.language === wanted) return deck;
	return deckNames().includes(position.deck) ? readDeck(position.deck, wanted) : undefined;
}

function Speaker({store}: {readonly store: Store<SpeakerState>}): ReactNode {
	const state = useSyncExternalStore(store.subscribe, store.get);
	return <Lines lines={speakerView(state)} width={state.size.columns} height={state.size.rows} />;
}
