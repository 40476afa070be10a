/**
 * What an intent starts: in the lesson's player, in an editor, at the end.
 * @module
 */
import type {CourseServices} from '../course.ts';
import type {Intent} from '../keys/intents.ts';
import type {Question} from './app-state.ts';
import {type MainAction, mainAction} from './main-action.ts';
import type {Opened} from './opened.ts';
import type {Store} from './store.ts';

/** Makes the function that carries intents out, after the state was changed by them. */
export function createPerform(store: Store, opened: Opened, services: CourseServices): (intent: Intent) => void {
	const player = () => opened.session?.player;
	const isCode = () => store.get().lesson?.player.step.kind === 'code';

	const actions: Readonly<Partial<Record<Intent['type'], () => void>>> = {
		open: () => {
			const stop = store.get().stops[store.get().selected];
			if (stop?.hasLesson) store.follow(opened.open(stop.module.id));
		},
		main: () => {
			const action = store.get().lesson && mainAction(store.get().lesson!);
			if (action !== undefined) mainActions[action]();
		},
		run: runForMe,
		next: () => player()?.next(),
		previous: () => player()?.previous(),
		check: () => store.follow(player()?.check()),
		edit: () => store.follow(edit()),
		hint: () => player()?.hint(),
		showMe: () => (isCode() ? store.set({question: 'showCode'}) : showMe()),
		reset: () => (isCode() ? store.set({question: 'resetCode'}) : reset()),
		undo: () => travel('undo'),
		redo: () => travel('redo'),
		home: () => store.follow(opened.leave()),
		nextPanel: () => store.follow(opened.refreshDescriptors()),
		machine: () => {
			const {choice} = store.get();
			if (choice !== undefined && choice.install === undefined) services.saveSandbox(choice.provider);
		},
		language: () => {
			services.saveLanguage(store.get().language);
			player()?.setLanguage(store.get().language);
		},
		yes: () => {
			const {question} = store.get();
			store.set({question: undefined});
			if (question !== undefined) answers[question]();
		},
	};

	const mainActions: Readonly<Record<MainAction, () => void>> = {
		commit: () => store.follow(player()?.predict(store.get().lesson?.choice ?? 0)),
		run: runForMe,
		edit: () => store.follow(edit()),
		check: () => store.follow(player()?.check()),
		next: () => player()?.next(),
		finish: () => store.follow(opened.leave()),
	};

	const answers: Readonly<Record<Question, () => void>> = {
		quit: services.exit,
		interrupted: services.exit,
		resetCode: reset,
		showCode: showMe,
		install: () => store.follow(install()),
	};

	function runForMe(): void {
		opened.markCommand();
		store.setLesson({hasRun: true, tab: 'terminal'});
		store.follow(player()?.runForMe());
	}

	function showMe(): void {
		opened.markCommand();
		if (!isCode()) store.setLesson({tab: 'terminal'});
		store.follow(player()?.showMe());
	}

	function reset(): void {
		store.setLesson({hasRun: false, since: undefined, descriptorsSince: undefined});
		store.follow(player()?.reset());
	}

	async function install(): Promise<void> {
		const command = store.get().choice?.install;
		if (command !== undefined) store.set({choice: await services.install(command)});
	}

	/** The machine will be another: nothing that was shown before can be compared with it. */
	function travel(key: 'undo' | 'redo'): void {
		store.setLesson({hasRun: false, since: undefined, descriptorsSince: undefined});
		store.follow(player()?.[key]());
	}

	async function edit(): Promise<void> {
		const file = store.get().lesson?.player.exercise?.file;
		if (file === undefined) return;
		await services.edit(file);
		await player()?.check();
	}

	return intent => {
		if (intent.type === 'scrollTerminal') store.get().lesson?.terminal?.scroll(intent.lines);
		else actions[intent.type]?.();
	};
}
