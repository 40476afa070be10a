/**
 * The interactive course: `drydock learn`.
 *
 *     startCourse() ──▶ runCourse() ──▶ Ink draws ◀── state ◀── keyboard
 *
 * This file is what the command line loads; React and Ink come with the first frame, a lesson's parts with the first
 * lesson.
 * @module
 */
import type {Language} from '#lesson';
import type {Provider} from '#sandbox';
import {languageOf} from '#words/language';
import {stringsOf} from './strings/strings.ts';

/** What the command line may ask for. */
export interface CourseOptions {
	/** Otherwise the language of the last time, or the locale's. */
	readonly language?: Language | undefined;
	/** A lesson to open at once: `04-pid`, `4` or `pid`. */
	readonly lesson?: string | undefined;
	/** Forgets the progress first. */
	readonly reset?: boolean | undefined;
	/** Which kind of sandbox to use, instead of the best one there is. */
	readonly sandbox?: Provider | undefined;
}

/**
 * Plays the course until the learner leaves it. Returns an exit code.
 *
 * @throws {Error} for a lesson that doesn't exist.
 */
export async function startCourse(options: CourseOptions = {}): Promise<number> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		process.stderr.write(`${stringsOf(options.language ?? languageOf(process.env)).noTerminal}\n`);
		return 1;
	}
	// React checks itself in development, at several times the cost; Ink would look for its developer tools.
	Object.assign(process.env, {NODE_ENV: process.env.NODE_ENV ?? 'production'});
	delete process.env.DEV;
	const {runCourse} = await import('./run-course.tsx');
	return runCourse(options);
}
