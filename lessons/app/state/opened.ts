/**
 * The lesson that is open: opened, followed as its player changes, and left.
 * @module
 */
import type {PlayerState} from '#lessons/state';
import {terminalSize} from '../layout.ts';
import type {LiveTerminal} from '../terminal/live-terminal.ts';
import {type AppState, currentPanel, hasLiveShell, type OpenLesson} from './app-state.ts';
import {heard, silence} from './narration.ts';
import {freshStep} from './reduce.ts';
import type {LessonSession} from './session.ts';
import type {Store} from './store.ts';

/** At most one lesson is open. */
export interface Opened {
	readonly session: LessonSession | undefined;
	open(id: string): Promise<void>;
	leave(): Promise<void>;
	/** From here on the panel shows what changes. */
	markCommand(): void;
	/** Reads the open files again, if they are what the panel shows. */
	refreshDescriptors(): Promise<void>;
}

/** Follows lessons into `store`. `afterLeaving`: what the map shows then. */
export function createOpened(
	store: Store,
	openSession: (id: string, state: AppState) => Promise<LessonSession>,
	afterLeaving: () => Pick<AppState, 'stops' | 'sandbox'>,
): Opened {
	let session: LessonSession | undefined;
	let unsubscribe = () => {};

	function follow(): void {
		const {lesson, focus} = store.get();
		if (session === undefined || lesson === undefined) return;
		const player = session.player.getState();
		const terminal = terminalOf(player, lesson);
		store.set({
			sandbox: player.sandbox,
			...(player.sandbox.state === 'starting' ? {} : {preparing: undefined}),
			focus: hasLiveShell({terminal, player}) ? focus : 'course',
			lesson: {...lesson, ...(isElsewhere(lesson.player, player) ? freshStep() : {}), player, terminal},
		});
		if (player.now !== lesson.player.now) store.follow(refreshDescriptors());
		session.narrate();
	}

	/** The same pty keeps its grid; another one, after a reset, gets another. */
	function terminalOf(player: PlayerState, lesson: OpenLesson): OpenLesson['terminal'] {
		if (player.terminal === lesson.player.terminal && lesson.terminal !== undefined) return lesson.terminal;
		lesson.terminal?.close();
		const terminal = player.terminal && session?.openTerminal(player.terminal, terminalSize(store.get().size));
		terminal?.onReport(report => hear(terminal, report));
		return terminal;
	}

	function hear(terminal: LiveTerminal, report: string): void {
		const {lesson} = store.get();
		if (lesson?.terminal !== terminal) return;
		const narration = heard(lesson.narration, report);
		const isSeen = currentPanel(lesson) === 'narration';
		if (narration !== lesson.narration)
			store.setLesson({narration: {...narration, isSeen: narration.isSeen || isSeen}});
	}

	async function refreshDescriptors(): Promise<void> {
		const {lesson} = store.get();
		if (session === undefined || lesson === undefined || currentPanel(lesson) !== 'descriptors') return;
		store.setLesson({descriptors: await session.readDescriptors()});
	}

	return {
		get session() {
			return session;
		},
		open: async id => {
			const {opening, stops} = store.get();
			if (opening !== undefined || session !== undefined) return;
			const selected = Math.max(
				0,
				stops.findIndex(({module}) => module.id === id),
			);
			store.set({opening: id, selected, notice: undefined});
			session = await openSession(id, store.get());
			const player = session.player.getState();
			const lesson: OpenLesson = {...freshStep(), player, terminal: undefined, descriptors: [], narration: silence};
			store.set({opening: undefined, sandbox: player.sandbox, lesson});
			unsubscribe = session.player.subscribe(follow);
			follow();
		},
		leave: async () => {
			const leaving = session;
			unsubscribe();
			store.get().lesson?.terminal?.close();
			session = undefined;
			store.set({lesson: undefined, focus: 'course', preparing: undefined, ...afterLeaving()});
			await leaving?.close();
		},
		markCommand: () => {
			const {lesson} = store.get();
			// They are read only while they are shown: before, nothing is known of them.
			const areShown = lesson !== undefined && currentPanel(lesson) === 'descriptors';
			store.setLesson({since: lesson?.player.now, descriptorsSince: areShown ? lesson.descriptors : undefined});
		},
		refreshDescriptors,
	};
}

/** Whether the learner has come to another step, another half of a `break`, or the end. */
function isElsewhere(before: PlayerState, now: PlayerState): boolean {
	const hasEnded = (now.summary === undefined) !== (before.summary === undefined);
	return now.anchor !== before.anchor || now.phase !== before.phase || hasEnded;
}
