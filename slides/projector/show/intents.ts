/**
 * Key → intent. The only place that knows which key does what; nothing here does anything.
 * @module
 */
import type {Key} from '#lessons/app/keys/decoder';
import {nextBlock, type ShowState} from './show-state.ts';

/** What a presenter wants. */
export type Intent =
	| {readonly type: 'select'; readonly by: number}
	| {readonly type: 'digit'; readonly digit: string}
	| {readonly type: SimpleIntent};

type SimpleIntent =
	| 'next'
	| 'back'
	| 'first'
	| 'last'
	| 'run'
	| 'reset'
	| 'enterTerminal'
	| 'leaveTerminal'
	| 'overview'
	| 'goSelected'
	| 'askNumber'
	| 'eraseDigit'
	| 'goNumber'
	| 'black'
	| 'restartTimer'
	| 'language'
	| 'help'
	| 'close'
	| 'askLeave'
	| 'leave';

/** What `key` means at this moment; undefined if nothing. */
export function intentOf(key: Key, state: ShowState): Intent | undefined {
	if (state.overlay === 'leave') return {type: isYes(key) ? 'leave' : 'close'};
	if (key === 'ctrl-c') return {type: 'askLeave'};
	if (state.focus === 'terminal') return key === 'ctrl-]' ? {type: 'leaveTerminal'} : undefined;
	if (state.typed !== undefined) return whileTyping(key);
	switch (state.overlay) {
		case 'black':
			// A clicker has no other key: the screen comes back, and the slide is the same.
			return {type: 'close'};
		case 'help':
			return {type: key === 'q' ? 'askLeave' : 'close'};
		case 'overview':
			return IN_THE_OVERVIEW[key];
		default:
			return key === 'enter' ? {type: nextBlock(state) === undefined ? 'next' : 'run'} : ON_A_SLIDE[key];
	}
}

function isYes(key: Key): boolean {
	return ['q', 'y', 'enter', 'ctrl-c'].includes(key);
}

function whileTyping(key: Key): Intent {
	if (/^\d$/.test(key)) return {type: 'digit', digit: key};
	if (key === 'backspace') return {type: 'eraseDigit'};
	return {type: key === 'enter' ? 'goNumber' : 'close'};
}

const ON_A_SLIDE: Readonly<Record<Key, Intent>> = {
	right: {type: 'next'},
	down: {type: 'next'},
	' ': {type: 'next'},
	pagedown: {type: 'next'},
	n: {type: 'next'},
	left: {type: 'back'},
	up: {type: 'back'},
	pageup: {type: 'back'},
	backspace: {type: 'back'},
	p: {type: 'back'},
	home: {type: 'first'},
	end: {type: 'last'},
	g: {type: 'askNumber'},
	o: {type: 'overview'},
	R: {type: 'reset'},
	b: {type: 'black'},
	'.': {type: 'black'},
	t: {type: 'restartTimer'},
	l: {type: 'language'},
	tab: {type: 'enterTerminal'},
	'ctrl-]': {type: 'enterTerminal'},
	f12: {type: 'enterTerminal'},
	'?': {type: 'help'},
	q: {type: 'askLeave'},
};

const IN_THE_OVERVIEW: Readonly<Record<Key, Intent>> = {
	up: {type: 'select', by: -1},
	k: {type: 'select', by: -1},
	down: {type: 'select', by: 1},
	j: {type: 'select', by: 1},
	pageup: {type: 'select', by: -8},
	pagedown: {type: 'select', by: 8},
	home: {type: 'select', by: -1000},
	end: {type: 'select', by: 1000},
	enter: {type: 'goSelected'},
	right: {type: 'goSelected'},
	o: {type: 'close'},
	escape: {type: 'close'},
	q: {type: 'askLeave'},
};
