/**
 * Key → intent. The only place that knows which key does what; nothing here does anything.
 * @module
 */
import type {Tab} from '../layout.ts';
import type {AppState, OpenLesson} from '../state/app-state.ts';
import {mainAction} from '../state/main-action.ts';
import type {Key} from './decoder.ts';

/** What a learner wants. */
export type Intent =
	| {readonly type: 'select'; readonly by: number}
	| {readonly type: 'choose'; readonly by: number}
	| {readonly type: 'chooseAnswer'; readonly answer: number}
	| {readonly type: 'scrollText'; readonly lines: number}
	| {readonly type: 'scrollTerminal'; readonly lines: number}
	| {readonly type: 'scrollNarration'; readonly lines: number}
	| {readonly type: 'scrollHelp'; readonly lines: number}
	| {readonly type: 'turn'; readonly by: number}
	| {readonly type: 'show'; readonly tab: Tab}
	| {readonly type: SimpleIntent};

type SimpleIntent =
	| 'open'
	| 'main'
	| 'next'
	| 'previous'
	| 'check'
	| 'edit'
	| 'run'
	| 'hint'
	| 'showMe'
	| 'reset'
	| 'undo'
	| 'redo'
	| 'home'
	| 'nextPanel'
	| 'narration'
	| 'machine'
	| 'enterShell'
	| 'leaveShell'
	| 'language'
	| 'help'
	| 'closeHelp'
	| 'askQuit'
	| 'interrupt'
	| 'yes'
	| 'no';

/** What `key` means where the learner is; undefined if nothing. */
export function intentOf(key: Key, state: AppState): Intent | undefined {
	if (state.question !== undefined) return answerOf(key, state.question === 'quit' || state.question === 'interrupted');
	if (key === 'ctrl-c') return {type: 'interrupt'};
	if (state.isHelpOpen) return IN_THE_HELP[key] ?? {type: 'closeHelp'};
	if (state.focus === 'terminal') return key === 'ctrl-]' ? {type: 'leaveShell'} : undefined;
	return ANYWHERE[key] ?? (state.lesson === undefined ? ON_THE_MAP[key] : inLesson(key, state.lesson));
}

/** A second `q` or Ctrl-C also leaves: whoever presses it twice means it. */
function answerOf(key: Key, isLeaving: boolean): Intent | undefined {
	if (key === 'y' || key === 'enter' || (isLeaving && (key === 'q' || key === 'ctrl-c'))) return {type: 'yes'};
	if (key === 'n' || key === 'escape' || key === 'ctrl-c' || key === 'q') return {type: 'no'};
	return undefined;
}

const ANYWHERE: Readonly<Record<Key, Intent>> = {
	l: {type: 'language'},
	'?': {type: 'help'},
	q: {type: 'askQuit'},
};

/** Any other key closes it. */
const IN_THE_HELP: Readonly<Record<Key, Intent>> = {
	q: {type: 'askQuit'},
	up: {type: 'scrollHelp', lines: -1},
	k: {type: 'scrollHelp', lines: -1},
	down: {type: 'scrollHelp', lines: 1},
	j: {type: 'scrollHelp', lines: 1},
	pageup: {type: 'scrollHelp', lines: -8},
	pagedown: {type: 'scrollHelp', lines: 8},
};

const ON_THE_MAP: Readonly<Record<Key, Intent>> = {
	up: {type: 'select', by: -1},
	k: {type: 'select', by: -1},
	down: {type: 'select', by: 1},
	j: {type: 'select', by: 1},
	home: {type: 'select', by: -100},
	end: {type: 'select', by: 100},
	enter: {type: 'open'},
	right: {type: 'open'},
	v: {type: 'machine'},
};

const IN_A_LESSON: Readonly<Record<Key, Intent>> = {
	enter: {type: 'main'},
	n: {type: 'next'},
	b: {type: 'previous'},
	c: {type: 'check'},
	e: {type: 'edit'},
	x: {type: 'run'},
	h: {type: 'hint'},
	s: {type: 'showMe'},
	u: {type: 'undo'},
	r: {type: 'redo'},
	R: {type: 'reset'},
	m: {type: 'home'},
	escape: {type: 'home'},
	p: {type: 'nextPanel'},
	w: {type: 'narration'},
	',': {type: 'scrollNarration', lines: 4},
	'.': {type: 'scrollNarration', lines: -4},
	tab: {type: 'enterShell'},
	'ctrl-]': {type: 'enterShell'},
	f12: {type: 'enterShell'},
	left: {type: 'turn', by: -1},
	right: {type: 'turn', by: 1},
	'1': {type: 'show', tab: 'text'},
	'2': {type: 'show', tab: 'terminal'},
	'3': {type: 'show', tab: 'panel'},
	'[': {type: 'scrollTerminal', lines: 8},
	']': {type: 'scrollTerminal', lines: -8},
	up: {type: 'scrollText', lines: -1},
	k: {type: 'scrollText', lines: -1},
	down: {type: 'scrollText', lines: 1},
	j: {type: 'scrollText', lines: 1},
	pageup: {type: 'scrollText', lines: -8},
	pagedown: {type: 'scrollText', lines: 8},
	' ': {type: 'scrollText', lines: 8},
	home: {type: 'scrollText', lines: -1000},
	end: {type: 'scrollText', lines: 1000},
};

/** While an answer is to be chosen, the arrows choose, and a letter picks the answer it stands before. */
function inLesson(key: Key, lesson: OpenLesson): Intent | undefined {
	const {step} = lesson.player;
	if (step.kind === 'predict' && mainAction(lesson) === 'commit') {
		if (key === 'up' || key === 'k') return {type: 'choose', by: -1};
		if (key === 'down' || key === 'j') return {type: 'choose', by: 1};
		const answer = LETTERS.indexOf(key);
		if (answer >= 0 && answer < step.answers.length) return {type: 'chooseAnswer', answer};
	}
	return IN_A_LESSON[key];
}

/** The letters before the answers of a prediction. */
export const LETTERS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
