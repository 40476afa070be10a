import {useSyncExternalStore} from 'react';
import type {Course} from '../course.ts';
import type {AppState} from '../state/app-state.ts';

/** The state of the course, drawn again whenever it changes. */
export function useCourse(course: Course): AppState {
	return useSyncExternalStore(course.subscribe, course.getState);
}
