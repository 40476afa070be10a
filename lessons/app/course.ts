/**
 * The course as it runs: takes keys, changes the state, and passes on to the lesson's player what is the player's.
 *
 *     keyboard ──▶ press() ──▶ intent ──▶ reduce() ──▶ state ──▶ views
 *                                  └────▶ perform() ──▶ player, sandbox
 * @module
 */
import type {Provider} from '#sandbox';
import type {Choice} from '#sandbox/choose';
import type {Localized} from '#words/language';
import type {Key} from './keys/decoder.ts';
import {intentOf} from './keys/intents.ts';
import {type Size, terminalSize} from './layout.ts';
import type {AppState, Stop} from './state/app-state.ts';
import {createOpened} from './state/opened.ts';
import {createPerform} from './state/perform.ts';
import {reduce} from './state/reduce.ts';
import type {LessonSession} from './state/session.ts';
import {createStore} from './state/store.ts';
import {helpView} from './view/help-view.ts';

/** What the course can't do by itself. */
export interface CourseServices {
	/** Opens a lesson; refused with a clear error. */
	openLesson(id: string, state: AppState): Promise<LessonSession>;
	/** The stops as the learner's progress tells them now. */
	stops(): readonly Stop[];
	/** Remembers the language for the next time. */
	saveLanguage(language: AppState['language']): void;
	/** Remembers which sandbox the learner wants. */
	saveSandbox(provider: Provider): void;
	/** Runs the command that gets a machine, which has the whole terminal meanwhile. Returns what to choose now. */
	install(command: readonly string[]): Promise<Choice>;
	/** Opens a file in the learner's editor, which has the whole terminal meanwhile. */
	edit(file: string): Promise<void>;
	exit(): void;
}

/** Fits useSyncExternalStore. */
export interface Course {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getState: () => AppState;
	/** The open lesson; undefined on the map. */
	readonly getSession: () => LessonSession | undefined;
	press(key: Key): void;
	typeIntoShell(bytes: Buffer): void;
	resize(size: Size): void;
	/** Opens a lesson; what goes wrong is told on the screen. */
	open(id: string): void;
	/** More is known about the map's stops. */
	setStops(stops: readonly Stop[]): void;
	/** Which sandbox the next lesson gets. */
	setChoice(choice: Choice): void;
	/** A sandbox that is made for the first time has come so far. */
	setPreparing(preparing: AppState['preparing']): void;
	/** No sandbox can be had here: the map says so. */
	setUnavailable(why: Localized | string): void;
	/** Ends whatever runs. */
	close(): Promise<void>;
}

/** Starts on the map. */
export function createCourse(initial: AppState, services: CourseServices): Course {
	const store = createStore(initial);
	let idle: AppState['sandbox'] = initial.sandbox;
	const opened = createOpened(store, services.openLesson, () => ({stops: services.stops(), sandbox: idle}));
	const perform = createPerform(store, opened, services);
	return {
		subscribe: store.subscribe,
		getState: store.get,
		getSession: () => opened.session,
		press: key => {
			const intent = intentOf(key, store.get());
			if (intent === undefined) return;
			const state = store.get();
			const limit = state.isHelpOpen ? helpView(state).limit : (opened.session?.view(state)?.textLimit ?? 0);
			// What was told stands where the keys are: the next key has read it.
			store.set({...reduce(state, intent, limit), notice: undefined});
			perform(intent);
		},
		typeIntoShell: bytes => {
			// Enter starts a command: what comes after it is compared with what was before.
			if (bytes.includes(0x0d)) opened.markCommand();
			store.get().lesson?.terminal?.type(bytes);
		},
		resize: size => {
			store.set({size});
			store.get().lesson?.terminal?.resize(terminalSize(size));
			opened.session?.player.resize(terminalSize(size));
		},
		open: id => store.follow(opened.open(id)),
		setStops: stops => store.set({stops}),
		setChoice: choice => store.set({choice}),
		setPreparing: preparing => store.set({preparing}),
		setUnavailable: why => {
			idle = {state: 'unavailable', why};
			if (store.get().lesson === undefined) store.set({sandbox: idle});
		},
		close: async () => {
			if (opened.session !== undefined) await opened.leave();
		},
	};
}
