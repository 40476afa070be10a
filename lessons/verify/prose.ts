/**
 * Proves that prose and steps belong together: each step has its section, in both languages, in order, and nothing is over.
 * @module
 */
import type {LoadedLesson} from '../course.ts';
import type {Language} from '../lesson.ts';
import {type Proof, prove} from './proof.ts';

export function proveProse({lesson, prose}: LoadedLesson): readonly Proof[] {
	return (['en', 'zh'] as const).flatMap(language => proveLanguage(language, lesson.steps, prose));
}

function proveLanguage(
	language: Language,
	steps: LoadedLesson['lesson']['steps'],
	prose: LoadedLesson['prose'],
): readonly Proof[] {
	const {title, sections} = prose[language];
	const file = `lesson.${language}.md`;
	const anchors = sections.map(({anchor}) => anchor);
	const inOrder = Object.keys(steps).filter(anchor => anchors.includes(anchor));
	const shared = anchors.filter(anchor => anchor in steps);
	return [
		prove(undefined, `${file} has a title`, title !== '', 'there is no line that begins with “# ”'),
		...Object.keys(steps).map(anchor => {
			const section = sections.find(candidate => candidate.anchor === anchor);
			return prove(
				anchor,
				`${file} tells it`,
				section !== undefined && section.markdown !== '',
				`there is no text under a heading with {#${anchor}}`,
			);
		}),
		...anchors
			.filter(anchor => !(anchor in steps))
			.map(anchor => prove(anchor, `${file} has a step for it`, false, `lesson.ts has no step ${anchor}`)),
		prove(
			undefined,
			`${file} is in the steps’ order`,
			shared.join() === inOrder.join(),
			`it goes ${shared.join(', ')}`,
		),
	];
}
