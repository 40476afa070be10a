/**
 * The map's stops: what there is, and what the learner has done of it.
 * @module
 */
import {lessonIds} from '#lessons/course';
import type {ProgressStore} from '#lessons/progress';
import {courseModules} from '../modules.ts';
import type {Stop} from './app-state.ts';

/** Every module with its progress. `steps`: how many each lesson has, as far as it is known. */
export function stopsOf(progress: ProgressStore, steps: ReadonlyMap<string, number>): readonly Stop[] {
	const ids = new Set(lessonIds());
	const {lessons} = progress.read();
	return courseModules.map(module => ({
		module,
		hasLesson: ids.has(module.id),
		stepsDone: lessons[module.id]?.done.length ?? 0,
		steps: steps.get(module.id),
		isFinished: lessons[module.id]?.finished ?? false,
	}));
}
