/**
 * The course as it runs: takes keys, changes the state, and passes on to the lesson's player what is the player's.
 *
 *     keyboard ──▶ press() ──▶ intent ──▶ reduce() ──▶ state ──▶ views
 *                                  └────▶ perform() ──▶ player, sandbox
 * @module
 */
import type {PlayerState} from '#lessons/state';
import type {Key} from './keys/decoder.ts';
import {type Intent, intentOf} from './keys/intents.ts';
import {type Size, terminalSize} from './layout.ts';
import {type AppState, currentPanel, type OpenLesson, type Stop} from './state/app-state.ts';
import {mainAction} from './state/main-action.ts';
import {freshStep, reduce} from './state/reduce.ts';
import type {LessonSession} from './state/session.ts';

/** What the course can't do by itself. */
export interface CourseServices {
	/** Opens a lesson; refused with a clear error. */
	openLesson(id: string, state: AppState): Promise<LessonSession>;
	/** The stops as the learner's progress tells them now. */
	stops(): readonly Stop[];
	/** Remembers the language for the next time. */
	saveLanguage(language: AppState['language']): void;
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
	open(id: string): Promise<void>;
	/** Replaces the map's stops: more is known about them. */
	setStops(stops: readonly Stop[]): void;
	/** Ends whatever runs. */
	close(): Promise<void>;
}

/** Starts on the map. */
export function createCourse(initial: AppState, services: CourseServices): Course {
	const listeners = new Set<() => void>();
	let state = initial;
	let session: LessonSession | undefined;
	let unsubscribe = () => {};

	const set = (next: AppState) => {
		if (next === state) return;
		state = next;
		for (const listener of listeners) listener();
	};
	const setLesson = (change: Partial<OpenLesson>) => {
		if (state.lesson !== undefined) set({...state, lesson: {...state.lesson, ...change}});
	};
	const report = (error: unknown) =>
		set({...state, opening: undefined, notice: error instanceof Error ? error.message : String(error)});
	/** Runs what takes time; what goes wrong is told, and the course goes on. */
	const start = (work: Promise<unknown> | undefined) => void work?.catch(report);

	/** From here on the panel shows what changes. */
	const markCommand = () => setLesson({since: state.lesson?.player.now, descriptorsSince: state.lesson?.descriptors});

	function followPlayer(): void {
		const [before, lesson] = [state.lesson, state.lesson];
		if (session === undefined || before === undefined || lesson === undefined) return;
		const player = session.player.getState();
		const isOtherStep = player.anchor !== lesson.player.anchor || player.phase !== lesson.player.phase;
		const terminal = terminalOf(player, lesson);
		const hasSummary = player.summary !== undefined && lesson.player.summary === undefined;
		const hasLostShell = terminal === undefined || player.shellExitCode !== undefined;
		set({
			...state,
			sandbox: player.sandbox,
			focus: hasLostShell ? 'course' : state.focus,
			lesson: {...lesson, ...(isOtherStep || hasSummary ? freshStep() : {}), player, terminal},
		});
		if (player.now !== before.player.now) start(refreshDescriptors());
	}

	/** The same pty keeps its grid; another one, after a reset, gets another. */
	function terminalOf(player: PlayerState, lesson: OpenLesson): OpenLesson['terminal'] {
		if (player.terminal === lesson.player.terminal && lesson.terminal !== undefined) return lesson.terminal;
		lesson.terminal?.close();
		return player.terminal && session?.openTerminal(player.terminal, terminalSize(state.size));
	}

	async function refreshDescriptors(): Promise<void> {
		const lesson = state.lesson;
		if (session === undefined || lesson === undefined || currentPanel(lesson) !== 'descriptors') return;
		const descriptors = await session.readDescriptors();
		setLesson({descriptors});
	}

	async function open(id: string): Promise<void> {
		if (state.opening !== undefined || session !== undefined) return;
		const selected = Math.max(0, state.stops.findIndex(({module}) => module.id === id));
		set({...state, opening: id, selected, notice: undefined});
		try {
			session = await services.openLesson(id, state);
			const player = session.player.getState();
			const lesson: OpenLesson = {...freshStep(), player, terminal: undefined, descriptors: []};
			set({...state, opening: undefined, sandbox: player.sandbox, lesson});
			unsubscribe = session.player.subscribe(followPlayer);
			followPlayer();
		} catch (error) {
			report(error);
		}
	}

	async function leaveLesson(): Promise<void> {
		const leaving = session;
		unsubscribe();
		state.lesson?.terminal?.close();
		session = undefined;
		set({...state, lesson: undefined, focus: 'course', sandbox: {state: 'idle'}, stops: services.stops()});
		await leaving?.close();
	}

	function perform(intent: Intent): void {
		const player = session?.player;
		switch (intent.type) {
			case 'open':
				return openSelected();
			case 'main':
				return performMain();
			case 'run':
				return runForMe();
			case 'next':
				return player?.next();
			case 'previous':
				return player?.previous();
			case 'check':
				return start(player?.check());
			case 'edit':
				return start(edit());
			case 'hint':
				return player?.hint();
			case 'showMe':
				return isCode() ? ask('showCode') : showMe();
			case 'reset':
				return isCode() ? ask('resetCode') : reset();
			case 'home':
				return start(leaveLesson());
			case 'nextPanel':
				return start(refreshDescriptors());
			case 'scrollTerminal':
				return state.lesson?.terminal?.scroll(intent.lines);
			case 'language':
				services.saveLanguage(state.language);
				return player?.setLanguage(state.language);
			default:
				return;
		}
	}

	function performMain(): void {
		const lesson = state.lesson;
		if (session === undefined || lesson === undefined) return;
		switch (mainAction(lesson)) {
			case 'commit':
				return start(session.player.predict(lesson.choice));
			case 'run':
				return runForMe();
			case 'edit':
				return start(edit());
			case 'check':
				return start(session.player.check());
			case 'next':
				return session.player.next();
			case 'finish':
				return start(leaveLesson());
			case undefined:
				return;
		}
	}

	function openSelected(): void {
		const stop = state.stops[state.selected];
		if (stop?.hasLesson) start(open(stop.module.id));
	}

	function runForMe(): void {
		markCommand();
		setLesson({hasRun: true, tab: 'terminal'});
		start(session?.player.runForMe());
	}

	function showMe(): void {
		markCommand();
		if (!isCode()) setLesson({tab: 'terminal'});
		start(session?.player.showMe());
	}

	function reset(): void {
		setLesson({hasRun: false, since: undefined, descriptorsSince: undefined});
		start(session?.player.reset());
	}

	async function edit(): Promise<void> {
		const file = state.lesson?.player.exercise?.file;
		if (file === undefined) return;
		await services.edit(file);
		await session?.player.check();
	}

	function isCode(): boolean {
		return state.lesson?.player.step.kind === 'code';
	}

	function ask(question: AppState['question']): void {
		set({...state, question});
	}

	function agree(): void {
		const {question} = state;
		set({...state, question: undefined});
		switch (question) {
			case 'quit':
			case 'interrupted':
				return services.exit();
			case 'resetCode':
				return reset();
			case 'showCode':
				return showMe();
			case undefined:
				return;
		}
	}

	return {
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getState: () => state,
		getSession: () => session,
		press: key => {
			const intent = intentOf(key, state);
			if (intent === undefined) return;
			if (intent.type === 'yes') return agree();
			set(reduce(state, intent, session?.view(state)?.textLimit ?? 0));
			perform(intent);
		},
		typeIntoShell: bytes => {
			// Enter starts a command: what comes after it is compared with what was before.
			if (bytes.includes(0x0d)) markCommand();
			state.lesson?.terminal?.type(bytes);
		},
		resize: size => {
			set({...state, size});
			if (session === undefined) return;
			state.lesson?.terminal?.resize(terminalSize(size));
			session.player.resize(terminalSize(size));
		},
		open,
		setStops: stops => set({...state, stops}),
		close: async () => {
			if (session !== undefined) await leaveLesson();
		},
	};
}
