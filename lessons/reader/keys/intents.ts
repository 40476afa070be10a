/**
 * Key → intent. The only place that knows which key does what; nothing here does anything.
 * @module
 */
import type {Key} from '../../app/keys/decoder.ts';
import type {ReaderState} from '../state/reader-state.ts';

/** What a reader wants. */
export type Intent =
	| {readonly type: 'line'; readonly by: number}
	| {readonly type: 'page'; readonly by: 1 | -1}
	| {readonly type: 'end'; readonly of: 'first' | 'last'}
	| {readonly type: 'link'; readonly by: number}
	| {readonly type: 'file'; readonly by: 1 | -1}
	| {readonly type: 'module'; readonly by: 1 | -1}
	| {readonly type: 'match'; readonly by: 1 | -1}
	| {readonly type: 'type'; readonly character: string}
	| {readonly type: SimpleIntent};

type SimpleIntent =
	| 'onward'
	| 'enter'
	| 'turn'
	| 'search'
	| 'erase'
	| 'accept'
	| 'cancel'
	| 'uses'
	| 'exports'
	| 'pages'
	| 'map'
	| 'lesson'
	| 'test'
	| 'back'
	| 'help'
	| 'close'
	| 'language'
	| 'quit'
	| 'interrupt';

/** What `key` means now; undefined if nothing. */
export function intentOf(key: Key, {search, overlay, focus}: ReaderState): Intent | undefined {
	if (key === 'ctrl-c') return {type: 'interrupt'};
	if (search?.origin !== undefined) return whileTyping(key);
	if (overlay !== undefined) return IN_AN_OVERLAY[key] ?? ANYWHERE[key];
	if (focus === 'list' && key === 'escape') return {type: 'turn'};
	return ANYWHERE[key] ?? IN_THE_CODE[key];
}

function whileTyping(key: Key): Intent | undefined {
	if (key === 'enter') return {type: 'accept'};
	if (key === 'escape') return {type: 'cancel'};
	if (key === 'backspace') return {type: 'erase'};
	return key.length === 1 ? {type: 'type', character: key} : undefined;
}

const ANYWHERE: Readonly<Record<Key, Intent>> = {
	up: {type: 'line', by: -1},
	k: {type: 'line', by: -1},
	down: {type: 'line', by: 1},
	j: {type: 'line', by: 1},
	pageup: {type: 'page', by: -1},
	pagedown: {type: 'page', by: 1},
	home: {type: 'end', of: 'first'},
	g: {type: 'end', of: 'first'},
	end: {type: 'end', of: 'last'},
	G: {type: 'end', of: 'last'},
	enter: {type: 'enter'},
	n: {type: 'file', by: 1},
	p: {type: 'file', by: -1},
	']': {type: 'module', by: 1},
	'[': {type: 'module', by: -1},
	u: {type: 'uses'},
	o: {type: 'exports'},
	m: {type: 'pages'},
	i: {type: 'map'},
	l: {type: 'lesson'},
	t: {type: 'test'},
	L: {type: 'language'},
	'?': {type: 'help'},
	q: {type: 'quit'},
};

const IN_THE_CODE: Readonly<Record<Key, Intent>> = {
	' ': {type: 'onward'},
	left: {type: 'link', by: -1},
	right: {type: 'link', by: 1},
	tab: {type: 'turn'},
	'shift-tab': {type: 'turn'},
	'/': {type: 'search'},
	'.': {type: 'match', by: 1},
	',': {type: 'match', by: -1},
	b: {type: 'back'},
	backspace: {type: 'back'},
	escape: {type: 'close'},
};

/** What closes a list is also the key that opened it. */
const IN_AN_OVERLAY: Readonly<Record<Key, Intent>> = {
	' ': {type: 'page', by: 1},
	escape: {type: 'close'},
	b: {type: 'close'},
	backspace: {type: 'close'},
	tab: {type: 'close'},
};
