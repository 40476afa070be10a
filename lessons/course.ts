/**
 * The course: its lessons by number, each with its prose in both languages.
 * @module
 */
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Language, Lesson} from './lesson.ts';
import {type Prose, parseProse} from './prose.ts';
import {registry} from './registry.ts';

export interface LoadedLesson {
	readonly lesson: Lesson;
	readonly prose: Readonly<Record<Language, Prose>>;
}

/** The ids of the lessons there are, in the order of the course. */
export function lessonIds(): readonly string[] {
	return Object.keys(registry).sort();
}

/** The id that somebody means by `04-pid`, `4`, `04` or `pid`; undefined if there is no such lesson. */
export function findLessonId(name: string): string | undefined {
	return lessonIds().find(id => {
		const [number, word] = [id.slice(0, 2), id.slice(3)];
		return name === id || name === word || (/^\d+$/.test(name) && Number(name) === Number(number));
	});
}

/**
 * Reads a lesson: its steps and its prose.
 *
 * @throws {Error} if there is no such lesson, or its prose can't be read.
 */
export async function loadLesson(id: string): Promise<LoadedLesson> {
	const load = registry[id];
	if (load === undefined) throw new Error(`there is no lesson ${id}; there are ${lessonIds().join(', ')}`);
	const {default: lesson} = await load();
	return {lesson, prose: {en: readProse(id, 'en'), zh: readProse(id, 'zh')}};
}

/**
 * The folder of the course: lessons, exercises and toolkit are below it.
 *
 * @throws {Error} if this program was moved away from it.
 */
export function courseDirectory(): string {
	// Two places lead here: lessons/ itself, and the bundle in dist/.
	for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
		if (existsSync(join(directory, 'lessons')) && existsSync(join(directory, 'package.json'))) return directory;
		if (directory === dirname(directory))
			throw new Error('the lessons are not beside this program: run it in its checkout');
	}
}

function readProse(id: string, language: Language): Prose {
	const path = join(courseDirectory(), 'lessons', id, `lesson.${language}.md`);
	try {
		return parseProse(readFileSync(path, 'utf8'));
	} catch (cause) {
		throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
	}
}
