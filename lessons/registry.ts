/**
 * The lessons there are. Written out, because a bundler follows only imports that it can read.
 *
 * To add a lesson: its folder, and a line here.
 * @module
 */
import type {Lesson} from './lesson.ts';

/** A lesson's file exports it as default. */
type LessonModule = {readonly default: Lesson};

export const registry: Readonly<Record<string, () => Promise<LessonModule>>> = {
	'01-process': () => import('./01-process/lesson.ts'),
	'04-pid': () => import('./04-pid/lesson.ts'),
	'06-rootfs': () => import('./06-rootfs/lesson.ts'),
};
