/**
 * Opens a lesson: its texts, a sandbox, a player. Loaded with the first lesson.
 * @module
 */
import {courseDirectory, loadLesson} from '#lessons/course';
import {createPlayer} from '#lessons/player';
import type {ProgressStore} from '#lessons/progress';
import type {Provider, Sandbox} from '#sandbox';
import {createSandbox} from '#sandbox/providers';
import {terminalSize} from '../layout.ts';
import {openLiveTerminal} from '../terminal/live-terminal.ts';
import {lessonView} from '../view/lesson-view.ts';
import type {AppState} from './app-state.ts';
import {readDescriptors} from './read-descriptors.ts';
import type {LessonSession} from './session.ts';

/**
 * Opens a lesson at the step that was open last. Without a sandbox it can still be read; the state says what is missing.
 *
 * @throws {Error} if the lesson can't be read.
 */
export async function openSession(
	id: string,
	{language, size}: AppState,
	progress: ProgressStore,
	provider: Provider | undefined,
): Promise<LessonSession> {
	const loaded = await loadLesson(id);
	const {sandbox, whyNot} = await trySandbox(provider);
	const player = createPlayer({loaded, sandbox, whyNot, progress, language, size: terminalSize(size)});
	return {
		player,
		openTerminal: openLiveTerminal,
		readDescriptors: async () => {
			const {shell, family} = player.getState();
			return sandbox === undefined || shell === undefined ? [] : readDescriptors(sandbox, shell, family);
		},
		view: lessonView,
		close: async () => {
			await player.close();
			await sandbox?.destroy();
		},
	};
}

interface Attempt {
	readonly sandbox?: Sandbox;
	readonly whyNot?: string;
}

async function trySandbox(provider: Provider | undefined): Promise<Attempt> {
	try {
		// The learner's module is edited outside and tested inside.
		return {sandbox: await createSandbox(provider, {shares: [courseDirectory()]})};
	} catch (error) {
		return {whyNot: error instanceof Error ? error.message : String(error)};
	}
}
