/**
 * The search: what is typed moves to the first match at once.
 * @module
 */
import type {Intent} from '../keys/intents.ts';
import {stringsOf} from '../strings/strings.ts';
import {lineFrom, matchesOf, nextLine} from './matches.ts';
import {openFile, type ReaderState, type Search, searchText} from './reader-state.ts';

/** What a search's own intents change. */
export function searching(state: ReaderState, intent: Intent): ReaderState {
	const {search, place} = state;
	switch (intent.type) {
		case 'search':
			return {...state, focus: 'code', search: {typed: '', origin: place}};
		case 'type':
			return search === undefined ? state : found(state, {...search, typed: search.typed + intent.character});
		case 'erase':
			return search === undefined ? state : found(state, {...search, typed: withoutLast(search)});
		case 'accept':
			return accepted(state);
		case 'cancel':
			return {...state, search: undefined, place: search?.origin ?? place};
		case 'match': {
			if (search === undefined) return searching(state, {type: 'search'});
			const line = nextLine(matchesOf(openFile(state), searchText(search)), place.line, intent.by);
			if (line === undefined) return {...state, notice: stringsOf(state.language).status.searchNothing};
			return {...state, place: {...place, line, link: 0}};
		}
		default:
			return state;
	}
}

/** The first match from where the search began; with none, one stays there. */
function found(state: ReaderState, search: Search): ReaderState {
	const origin = search.origin ?? state.place;
	const line = lineFrom(matchesOf(openFile(state), searchText(search)), origin.line);
	return {...state, search, place: line === undefined ? origin : {...origin, line, link: 0}};
}

/** Stays at the match; what was not found is not looked for any longer. */
function accepted(state: ReaderState): ReaderState {
	const {search} = state;
	if (search === undefined || search.typed === '') return {...state, search: undefined};
	if (matchesOf(openFile(state), searchText(search)).length > 0) return {...state, search: {typed: search.typed}};
	return {...state, search: undefined, notice: stringsOf(state.language).status.searchNothing};
}

/** Without its last character, which may be several bytes. */
function withoutLast(search: Search): string {
	const text = [...searchText(search)].slice(0, -1).join('');
	return Buffer.from(text, 'utf8').toString('latin1');
}
