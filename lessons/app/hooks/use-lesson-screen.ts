import {type ComponentType, useEffect, useState} from 'react';
import type {Course} from '../course.ts';
import type {AppState} from '../state/app-state.ts';

type LessonScreen = ComponentType<{readonly course: Course; readonly state: AppState}>;

/** The lesson's screen, which is loaded after the map's first frame. */
export function useLessonScreen(): LessonScreen | undefined {
	const [screen, setScreen] = useState<LessonScreen | undefined>();
	useEffect(() => {
		// A component is a function: React would call it as an updater if it weren't wrapped.
		void import('../components/lesson-screen.tsx').then(({LessonScreen}) => setScreen(() => LessonScreen));
	}, []);
	return screen;
}
