/**
 * States for tests: a real lesson, at any step, on a screen of any size.
 * @module
 */
import type {Language} from '#lesson';
import type {LoadedLesson} from '#lessons/course';
import type {PlayerState} from '#lessons/state';
import type {ObservedProcess, Snapshot} from '#observe/types';
import type {Size} from '../layout.ts';
import {courseModules} from '../modules.ts';
import type {AppState, OpenLesson} from './app-state.ts';
import {silence} from './narration.ts';
import {freshStep} from './reduce.ts';

/** The map. */
export function mapState(size: Size, language: Language = 'en'): AppState {
	return {
		language,
		size,
		focus: 'course',
		stops: courseModules.map((module, index) => ({
			module,
			hasLesson: index % 3 === 0,
			stepsDone: index,
			steps: 20,
			isFinished: index === 0,
		})),
		selected: 0,
		sandbox: {state: 'idle'},
		isHelpOpen: false,
		helpTop: 0,
	};
}

/** A lesson at one of its steps, with whatever else a test wants to be true. */
export function lessonState(
	{lesson, prose}: LoadedLesson,
	anchor: string,
	{size = {columns: 80, rows: 24}, language = 'en', player = {}, open = {}}: LessonStateOptions = {},
): AppState & {readonly lesson: OpenLesson} {
	const anchors = Object.keys(lesson.steps);
	const step = lesson.steps[anchor]!;
	const state: PlayerState = {
		language,
		lesson,
		stepIndex: anchors.indexOf(anchor),
		stepCount: anchors.length,
		anchor,
		step,
		section: prose[language].sections.find(section => section.anchor === anchor)!,
		status: 'todo',
		done: new Set(),
		hints: [],
		hintsLeft: 'hints' in step ? step.hints.length : 0,
		family: [],
		sandbox: {state: 'running'},
		...(step.kind === 'break' ? {phase: 'weak'} : {}),
		...player,
	};
	return {
		...mapState(size, language),
		sandbox: state.sandbox,
		lesson: {...freshStep(), player: state, descriptors: [], narration: silence, ...open},
	};
}

interface LessonStateOptions {
	readonly size?: Size;
	readonly language?: Language;
	readonly player?: Partial<PlayerState>;
	readonly open?: Partial<OpenLesson>;
}

/** A process for a snapshot; its numbers and names are what tests are about. */
export function processOf(fields: Partial<ObservedProcess> & Pick<ObservedProcess, 'pid'>): ObservedProcess {
	const none = '0000000000000000';
	return {
		pids: [fields.pid],
		ppid: 0,
		pgid: fields.pid,
		sid: fields.pid,
		state: 'sleeping',
		comm: 'sh',
		argv: ['sh'],
		startTicks: fields.pid,
		uids: [0, 0, 0, 0],
		gids: [0, 0, 0, 0],
		threads: 1,
		rssBytes: 0,
		tty: 0,
		namespaces: {},
		capabilities: {inheritable: none, permitted: none, effective: none, bounding: none, ambient: none},
		noNewPrivs: false,
		seccomp: 'disabled',
		cgroups: {},
		ignoredSignals: [],
		caughtSignals: [],
		...fields,
	};
}

/** A snapshot with these objects only. */
export function snapshotOf(fields: Partial<Snapshot>): Snapshot {
	return {
		takenAt: 0,
		processes: [],
		userNamespaces: [],
		mountNamespaces: [],
		netNamespaces: [],
		cgroups: [],
		natRules: [],
		...fields,
	};
}
