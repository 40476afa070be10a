/**
 * The course, on a terminal.
 * @module
 */
import {findLessonId, lessonIds, loadLesson} from '#lessons/course';
import {openProgress} from '#lessons/progress';
import type {Provider} from '#sandbox';
import type {Choice} from '#sandbox/choose';
import {explanationOf} from '#words/explained-error';
import {type Localized, languageOf} from '#words/language';
import type {CourseOptions} from './app.tsx';
import {App} from './components/app.tsx';
import {type Course, createCourse} from './course.ts';
import {editFile} from './edit-file.ts';
import {runInstall} from './install.ts';
import type {Stop} from './state/app-state.ts';
import {stopsOf} from './state/stops.ts';
import {without} from './state/without.ts';
import {sizeOf, takeScreen} from './take-screen.tsx';

/** Runs the course on standard input and output, which are terminals. Returns an exit code. */
export async function runCourse(options: CourseOptions): Promise<number> {
	const wanted = options.lesson === undefined ? undefined : findLessonId(options.lesson);
	if (options.lesson !== undefined && wanted === undefined) {
		throw new Error(`there is no lesson ${options.lesson}: there are ${lessonIds().join(', ')}`);
	}
	const progress = openProgress();
	if (options.reset) progress.reset();
	const language = options.language ?? progress.read().language ?? languageOf(process.env);
	const ended = Promise.withResolvers<number>();

	const steps = new Map<string, number>();
	const course: Course = createCourse(
		{
			language,
			size: sizeOf(process.stdout),
			focus: 'course',
			stops: stopsOf(progress, steps),
			selected: 0,
			sandbox: {state: 'idle'},
			isHelpOpen: false,
			helpTop: 0,
			notice: progress.warning,
		},
		{
			openLesson: async (id, state) => {
				const {openSession} = await import('./state/open-session.ts');
				const choice = course.getState().choice ?? (await choose());
				return openSession(id, state, progress, {
					provider: choice.provider,
					onProgress: preparing => course.setPreparing(preparing),
					// Who asked for a machine on the command line is told why there is none, and gets nothing else.
					onFallback: options.sandbox === undefined ? why => course.setChoice(without(choice, why)) : undefined,
				});
			},
			stops: () => stopsOf(progress, steps),
			saveLanguage: language => progress.setLanguage(language),
			saveSandbox: provider => progress.setSandbox(provider),
			install: async command => {
				await screen.lend(() => runInstall(command));
				return choose();
			},
			edit: file => screen.lend(() => editFile(file)),
			exit: () => ended.resolve(0),
		},
	);

	const choose = async (): Promise<Choice> => {
		const {chooseSandbox} = await import('#sandbox/choose');
		return chooseSandbox({wanted: options.sandbox, preferred: progress.read().sandbox});
	};
	const screen = takeScreen({
		screen: <App course={course} />,
		resize: course.resize,
		hasShellFocus: () => course.getState().focus === 'terminal' && course.getState().question === undefined,
		typeIntoShell: course.typeIntoShell,
		press: course.press,
		close: () => course.close(),
		ended,
	});
	if (wanted !== undefined) course.open(wanted);
	void learnMore(course, {steps, stops: () => stopsOf(progress, steps), choose});
	return screen.ended;
}

/** What the map's first frame needn't wait for. */
async function learnMore(
	course: Course,
	{
		steps,
		stops,
		choose,
	}: {
		readonly steps: Map<string, number>;
		readonly stops: () => readonly Stop[];
		readonly choose: () => Promise<Choice>;
	},
): Promise<void> {
	await countSteps(steps);
	course.setStops(stops());
	try {
		const choice = await choose();
		course.setChoice(choice);
		const why = await whyNoSandbox(choice.provider);
		if (why !== undefined) course.setUnavailable(why);
	} catch (error) {
		course.setUnavailable(explanationOf(error));
	}
}

/** How many steps each lesson has; a lesson that can't be read says so when it is opened. */
async function countSteps(steps: Map<string, number>): Promise<void> {
	const counted = lessonIds().map(async id => steps.set(id, Object.keys((await loadLesson(id)).lesson.steps).length));
	await Promise.allSettled(counted);
}

/** The engine is loaded for this: on a system that it can't run on, that fails as well. */
async function whyNoSandbox(provider: Provider): Promise<Localized | undefined> {
	const {explainWhyNot} = await import('#sandbox/providers');
	return explainWhyNot(provider);
}
