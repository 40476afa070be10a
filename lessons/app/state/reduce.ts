/**
 * What an intent changes in the application's own state. Pure; what it starts in the lesson is in course.ts.
 * @module
 */
import type {Panel} from '#lesson';
import type {PlayerState} from '#lessons/state';
import type {Intent} from '../keys/intents.ts';
import type {Tab} from '../layout.ts';
import {type AppState, currentPanel, hasLiveShell, type OpenLesson} from './app-state.ts';

const TABS: readonly Tab[] = ['text', 'terminal', 'panel'];
const PANELS: readonly Panel[] = [
	...(['processes', 'namespaces', 'mounts', 'descriptors', 'cgroups', 'network', 'map', 'narration'] as const),
];

/** The state after an intent. `textLimit`: the last line that the text on the screen may begin with, or the help over it. */
export function reduce(state: AppState, intent: Intent, textLimit: number): AppState {
	const inLesson = (change: (lesson: OpenLesson) => Partial<OpenLesson>): AppState =>
		state.lesson === undefined ? state : {...state, lesson: {...state.lesson, ...change(state.lesson)}};
	switch (intent.type) {
		case 'select':
			return {...state, notice: undefined, selected: within(state.selected + intent.by, state.stops.length - 1)};
		case 'choose':
			return inLesson(lesson => ({choice: within(lesson.choice + intent.by, answers(lesson.player) - 1)}));
		case 'chooseAnswer':
			return inLesson(() => ({choice: intent.answer}));
		case 'scrollText':
			return inLesson(({textTop}) => ({textTop: within(Math.min(textTop, textLimit) + intent.lines, textLimit)}));
		case 'turn':
			return inLesson(({tab}) => ({tab: TABS[within(TABS.indexOf(tab) + intent.by, TABS.length - 1)]!}));
		case 'show':
			return inLesson(() => ({tab: intent.tab}));
		case 'nextPanel':
			return inLesson(lesson => turnTo(lesson, PANELS[(PANELS.indexOf(currentPanel(lesson)) + 1) % PANELS.length]!));
		case 'narration':
			return inLesson(lesson => ({
				...turnTo(lesson, currentPanel(lesson) === 'narration' ? undefined : 'narration'),
				tab: 'panel',
			}));
		case 'scrollNarration':
			return inLesson(({narration}) => ({
				narration: {...narration, back: Math.max(0, narration.back + intent.lines)},
			}));
		case 'enterShell':
			return {...inLesson(() => ({tab: 'terminal'})), focus: canEnter(state) ? 'terminal' : state.focus};
		case 'leaveShell':
			return {...state, focus: 'course'};
		case 'language':
			return {...state, language: state.language === 'en' ? 'zh' : 'en'};
		case 'help':
			return {...state, isHelpOpen: true, helpTop: 0};
		case 'closeHelp':
			return {...state, isHelpOpen: false};
		case 'scrollHelp':
			return {...state, helpTop: within(Math.min(state.helpTop, textLimit) + intent.lines, textLimit)};
		case 'machine':
			return {...state, ...afterMachineKey(state)};
		case 'askQuit':
			return {...state, question: 'quit'};
		case 'interrupt':
			return {...state, question: 'interrupted'};
		case 'no':
			return {...state, question: undefined};
		default:
			return state;
	}
}

function canEnter({lesson}: AppState): boolean {
	return lesson !== undefined && hasLiveShell(lesson);
}

/** Whoever has turned to the narration has seen it. */
function turnTo({narration}: OpenLesson, panel: Panel | undefined): Partial<OpenLesson> {
	return panel === 'narration' ? {panel, narration: {...narration, isSeen: true, back: 0}} : {panel};
}

/** What of the screen belongs to one step, and is forgotten with it. */
export function freshStep(): Pick<
	OpenLesson,
	'choice' | 'textTop' | 'tab' | 'panel' | 'hasRun' | 'since' | 'descriptorsSince'
> {
	return {
		choice: 0,
		textTop: 0,
		tab: 'text',
		panel: undefined,
		hasRun: false,
		since: undefined,
		descriptorsSince: undefined,
	};
}

/** The next sandbox of those there are; or an offer to get a machine, where it can be had for one command. */
function afterMachineKey({choice}: AppState): Partial<AppState> {
	if (choice === undefined) return {};
	if (choice.install !== undefined) return {question: 'install'};
	const {provider, available} = choice;
	const next = available[(available.indexOf(provider) + 1) % available.length];
	return next === undefined ? {} : {choice: {...choice, provider: next}};
}

function answers({step}: PlayerState): number {
	return step.kind === 'predict' ? step.answers.length : 1;
}

function within(value: number, most: number): number {
	return Math.max(0, Math.min(value, most));
}
