/**
 * Takes the terminal, draws the course on it, and gives it back as it was, whatever happens.
 * @module
 */
import {render} from 'ink';
import {findLessonId, lessonIds} from '#lessons/course';
import {openProgress} from '#lessons/progress';
import type {CourseOptions} from './app.tsx';
import {App} from './components/app.tsx';
import {type Course, createCourse} from './course.ts';
import {editFile} from './edit-file.ts';
import {listenToKeyboard} from './keys/keyboard.ts';
import type {Size} from './layout.ts';
import {languageOf} from './strings/strings.ts';
import {stopsOf} from './state/stops.ts';
import {onEnd} from './on-end.ts';

/** Bracketed paste: pasted text comes between marks, so that it can be told from typed keys. */
const PASTE_MARKS_ON = '\x1b[?2004h';
const PASTE_MARKS_OFF = '\x1b[?2004l';

/** Runs the course on standard input and output, which are terminals. Returns an exit code. */
export async function runCourse(options: CourseOptions): Promise<number> {
	const wanted = options.lesson === undefined ? undefined : findLessonId(options.lesson);
	if (options.lesson !== undefined && wanted === undefined) {
		throw new Error(`there is no lesson ${options.lesson}: there are ${lessonIds().join(', ')}`);
	}
	const progress = openProgress();
	if (options.reset) progress.reset();
	const language = options.language ?? progress.read().language ?? languageOf(process.env);
	const {stdin, stdout} = process;
	const ended = Promise.withResolvers<number>();

	const steps = new Map<string, number>();
	const course: Course = createCourse(
		{
			language,
			size: sizeOf(stdout),
			focus: 'course',
			stops: stopsOf(progress, steps),
			selected: 0,
			sandbox: {state: 'idle'},
			isHelpOpen: false,
			notice: progress.warning,
		},
		{
			openLesson: async (id, state) => {
				const {openSession} = await import('./state/open-session.ts');
				return openSession(id, state, progress, options.sandbox);
			},
			stops: () => stopsOf(progress, steps),
			saveLanguage: language => progress.setLanguage(language),
			edit: async file => {
				stopListening();
				try {
					await suspend(() => editFile(file));
				} finally {
					stopListening = listen();
				}
			},
			exit: () => ended.resolve(0),
		},
	);

	let suspend = async (work: () => Promise<void>) => work();
	const listen = () =>
		listenToKeyboard(stdin, {
			hasShellFocus: () => course.getState().focus === 'terminal' && course.getState().question === undefined,
			typeIntoShell: course.typeIntoShell,
			press: course.press,
		});
	const resized = () => course.resize(sizeOf(stdout));
	stdout.on('resize', resized);
	stdout.write(PASTE_MARKS_ON);
	const ink = render(<App course={course} onSuspend={suspendTerminal => (suspend = suspendTerminal)} />, {
		alternateScreen: true,
		incrementalRendering: true,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: true,
		maxFps: 40,
	});
	let stopListening = listen();
	const restore = () => {
		stdout.off('resize', resized);
		stopListening();
		ink.unmount();
		stdout.write(PASTE_MARKS_OFF);
	};
	const forget = onEnd({restore, close: () => course.close()}, ended.resolve);
	ink.waitUntilExit().catch(ended.reject);

	if (wanted !== undefined) void course.open(wanted);
	void countSteps(steps).then(() => course.setStops(stopsOf(progress, steps)));
	try {
		return await ended.promise;
	} finally {
		restore();
		await course.close();
		forget();
	}
}

/** How many steps each lesson has; a lesson that can't be read says so when it is opened. */
async function countSteps(steps: Map<string, number>): Promise<void> {
	const {loadLesson} = await import('#lessons/course');
	await Promise.all(
		lessonIds().map(id =>
			loadLesson(id).then(
				({lesson}) => steps.set(id, Object.keys(lesson.steps).length),
				() => undefined,
			),
		),
	);
}

function sizeOf({columns, rows}: NodeJS.WriteStream): Size {
	return {columns: columns || 80, rows: rows || 24};
}
