/**
 * Opens a lesson: its texts, a sandbox, a player. Loaded with the first lesson.
 * @module
 */
import {courseDirectory, loadLesson} from '#lessons/course';
import {createPlayer} from '#lessons/player';
import type {ProgressStore} from '#lessons/progress';
import type {Provider, Sandbox} from '#sandbox';
import type {SandboxProgress} from '#sandbox/progress';
import {createSandbox} from '#sandbox/providers';
import {explanationOf} from '#words/explained-error';
import type {Localized} from '#words/language';
import {terminalSize} from '../layout.ts';
import {openLiveTerminal} from '../terminal/live-terminal.ts';
import {lessonView} from '../view/lesson-view.ts';
import type {AppState} from './app-state.ts';
import {createNarrator} from './narrator.ts';
import {readDescriptors} from './read-descriptors.ts';
import type {LessonSession} from './session.ts';

/** Where the lesson is played, and who wants to know how that goes. */
export interface SandboxWishes {
	readonly provider: Provider;
	readonly onProgress: (progress: SandboxProgress) => void;
	/** Told why there is no machine, if there is to be a local sandbox in its place. */
	readonly onFallback?: ((why: Localized) => void) | undefined;
}

/**
 * Opens a lesson at the step that was open last. Without a sandbox it can still be read; the state says what is missing.
 *
 * @throws {Error} if the lesson can't be read.
 */
export async function openSession(
	id: string,
	{language, size}: AppState,
	progress: ProgressStore,
	{provider, onProgress, onFallback}: SandboxWishes,
): Promise<LessonSession> {
	const loaded = await loadLesson(id);
	const closing = new AbortController();
	const make = (provider: Provider) => makeSandbox(provider, onProgress, closing.signal);
	const {sandbox: first, whyNot} = await attempt(make(provider));
	let sandbox = first;
	const otherwise = async (why: Localized): Promise<Sandbox> => {
		// A machine that is not made because the learner has left is no reason for another sandbox.
		closing.signal.throwIfAborted();
		await sandbox?.destroy();
		sandbox = await make('local');
		onFallback?.(why);
		return sandbox;
	};
	const narrator = createNarrator();
	const hasOther = provider !== 'local' && onFallback !== undefined;
	const player = createPlayer({
		loaded,
		sandbox,
		whyNot,
		otherwise: hasOther ? otherwise : undefined,
		progress,
		language,
		size: terminalSize(size),
	});
	return {
		player,
		openTerminal: openLiveTerminal,
		readDescriptors: async () => {
			const {shell, family} = player.getState();
			return sandbox === undefined || shell === undefined ? [] : readDescriptors(sandbox, shell, family);
		},
		narrate: () => narrator.follow(sandbox, player.getState()),
		view: lessonView,
		close: async () => {
			closing.abort(new Error('the lesson was left'));
			narrator.close();
			await player.close();
			await sandbox?.destroy();
		},
	};
}

interface Attempt {
	readonly sandbox?: Sandbox;
	readonly whyNot?: Localized;
}

async function attempt(making: Promise<Sandbox>): Promise<Attempt> {
	try {
		return {sandbox: await making};
	} catch (error) {
		return {whyNot: explanationOf(error)};
	}
}

/** The learner's module is edited outside and tested inside: the course is shown there. */
function makeSandbox(
	provider: Provider,
	onProgress: SandboxWishes['onProgress'],
	signal: AbortSignal,
): Promise<Sandbox> {
	return createSandbox(provider, {shares: [courseDirectory()], onProgress, signal});
}
