import type {ReactNode} from 'react';
import type {Course} from '../course.ts';
import {useCourse} from '../hooks/use-course.ts';
import {useLessonScreen} from '../hooks/use-lesson-screen.ts';
import {isTooSmall, SMALLEST} from '../layout.ts';
import {stringsOf} from '../strings/strings.ts';
import {line} from '../text/line.ts';
import {WARNING} from '../text/theme.ts';
import {wrapLine} from '../text/wrap.ts';
import {helpView} from '../view/help-view.ts';
import {homeLines} from '../view/home-view.ts';
import {keyLine} from '../view/key-line.ts';
import {Lines} from './lines.tsx';

interface AppProps {
	readonly course: Course;
}

/** The whole screen: the map, a lesson, or what is laid over them. */
export function App({course}: AppProps): ReactNode {
	const state = useCourse(course);
	const LessonScreen = useLessonScreen();
	const {columns, rows} = state.size;
	const strings = stringsOf(state.language);
	const size = {width: columns, height: rows};
	if (isTooSmall(state.size)) {
		const need = `${SMALLEST.columns}×${SMALLEST.rows}`;
		return (
			<Lines lines={wrapLine(line(strings.tooSmall(columns, rows, need), WARNING), Math.max(2, columns))} {...size} />
		);
	}
	if (state.isHelpOpen) {
		return <Lines lines={[...helpView(state).lines, keyLine(state, strings)]} {...size} />;
	}
	if (state.lesson !== undefined && LessonScreen !== undefined) return <LessonScreen course={course} state={state} />;
	return <Lines lines={homeLines(state)} {...size} />;
}
