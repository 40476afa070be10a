/**
 * What an intent changes. Pure: what it starts outside, such as man, is in perform.ts.
 * @module
 */
import type {Intent} from '../keys/intents.ts';
import {moduleOf, testOf, walkIndex} from '../sources/library.ts';
import {stringsOf} from '../strings/strings.ts';
import {chosenLink} from './chosen.ts';
import {goBack, jump, settled} from './jump.ts';
import {atOverlay, overlayFor, overlayRows} from './overlay.ts';
import {openFile, type ReaderState} from './reader-state.ts';
import {byPage, inSight, MARGIN} from './scroll.ts';
import {searching} from './searching.ts';
import {seesEnd, sightOf} from './sight.ts';

/** The state after an intent. */
export function reduce(state: ReaderState, intent: Intent): ReaderState {
	return settled(changed({...state, notice: undefined}, intent));
}

function changed(state: ReaderState, intent: Intent): ReaderState {
	const {place, library, overlay, focus} = state;
	const strings = stringsOf(state.language);
	switch (intent.type) {
		case 'line':
			if (overlay !== undefined) return atOverlay(state, overlay.at + intent.by);
			if (focus === 'list') return {...state, listed: listedWithin(state, state.listed + intent.by)};
			return {...state, place: inSight({...place, line: place.line + intent.by, link: 0}, sightOf(state), MARGIN)};
		case 'page':
			if (overlay !== undefined) return atOverlay(state, overlay.at + intent.by * overlayRows(state));
			if (focus === 'list') return {...state, listed: listedWithin(state, state.listed + intent.by * 10)};
			return {...state, place: byPage(place, intent.by, sightOf(state))};
		case 'end': {
			const end = intent.of === 'first' ? 0 : Number.MAX_SAFE_INTEGER;
			if (overlay !== undefined) return atOverlay(state, end);
			if (focus === 'list') return {...state, listed: listedWithin(state, end)};
			return {...state, place: {...place, line: end, link: 0}};
		}
		case 'onward':
			if (focus === 'list') return changed(state, {type: 'page', by: 1});
			return seesEnd(state) ? changed(state, {type: 'file', by: 1}) : changed(state, {type: 'page', by: 1});
		case 'link': {
			const {links} = chosenLink(state);
			return {...state, place: {...place, link: within(place.link + intent.by, links.length - 1)}};
		}
		case 'enter':
			return entered(state);
		case 'file': {
			const next = library.walk[walkIndex(library, openFile(state)) + intent.by];
			if (next === undefined) return {...state, notice: intent.by > 0 ? strings.lastFile : strings.firstFile};
			return jump(state, {path: next.path, line: 1});
		}
		case 'module': {
			const index = library.modules.indexOf(moduleOf(library, openFile(state)));
			const next = library.modules[index + intent.by]?.files[0];
			if (next === undefined) return {...state, notice: intent.by > 0 ? strings.lastFile : strings.firstFile};
			return jump(state, {path: next.path, line: 1});
		}
		case 'test': {
			const test = testOf(library, openFile(state));
			return test === undefined ? {...state, notice: strings.noTest} : jump(state, {path: test.path, line: 1});
		}
		case 'back':
			return focus === 'list' ? {...state, focus: 'code'} : goBack(state);
		case 'turn':
			return {
				...state,
				focus: focus === 'code' ? 'list' : 'code',
				listed: walkIndex(library, openFile(state)),
			};
		case 'close':
			return {...state, overlay: undefined, search: undefined};
		case 'uses':
		case 'exports':
		case 'pages':
		case 'map':
		case 'help':
			return overlay?.kind === intent.type ? {...state, overlay: undefined} : overlayFor(state, intent.type);
		case 'language':
			return {...state, language: state.language === 'en' ? 'zh' : 'en'};
		case 'search':
		case 'type':
		case 'erase':
		case 'accept':
		case 'cancel':
		case 'match':
			return searching(state, intent);
		case 'lesson':
		case 'quit':
		case 'interrupt':
			return state;
	}
}

/** Enter takes what is chosen: a row of a list, or a name of the line. A page of the manual is opened elsewhere. */
function entered(state: ReaderState): ReaderState {
	const {overlay, library} = state;
	if (overlay !== undefined) {
		if (overlay.kind === 'uses') return jump(state, overlay.spots[overlay.at]!);
		if (overlay.kind === 'exports') return jump(state, overlay.exported[overlay.at]!);
		return overlay.kind === 'pages' ? state : {...state, overlay: undefined};
	}
	if (state.focus === 'list') return jump(state, {path: library.walk[state.listed]!.path, line: 1});
	const target = chosenLink(state).link?.target;
	if (target === undefined) return {...state, notice: stringsOf(state.language).nowhere};
	if (target.kind === 'file') return jump(state, {path: target.path, line: 1});
	// Where a name is declared there is nowhere to follow it to; who uses it is what one may want.
	if (target.kind === 'declaration') {
		const {path, line} = target.declaration;
		const isHere = path === state.place.path && line === state.place.line;
		return isHere ? overlayFor(state, 'uses') : jump(state, {path, line});
	}
	return state;
}

function listedWithin({library}: ReaderState, listed: number): number {
	return within(listed, library.walk.length - 1);
}

function within(value: number, most: number): number {
	return Math.max(0, Math.min(value, most));
}
