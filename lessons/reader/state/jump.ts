/**
 * Going to another place, and coming back.
 * @module
 */
import {walkIndex} from '../sources/library.ts';
import {stringsOf} from '../strings/strings.ts';
import {openFile, type ReaderState, type Spot} from './reader-state.ts';
import {inSight} from './scroll.ts';
import {seesEnd, sightOf} from './sight.ts';

/** More ways back than anybody would go. */
const LONGEST_HISTORY = 200;

/** Opens a file at a line, and remembers the place that was left. */
export function jump(state: ReaderState, {path, line}: Spot): ReaderState {
	const there = {...state, place: {path, line, link: 0, top: 1}};
	// A third of what is shown stands above the line: what it belongs to.
	const top = Math.max(1, line - Math.floor(sightOf(there).room / 3));
	return {
		...there,
		place: inSight({...there.place, top}, sightOf(there)),
		history: [...state.history, state.place].slice(-LONGEST_HISTORY),
		focus: 'code',
		listed: walkIndex(state.library, openFile(there)),
		overlay: undefined,
		search: path === state.place.path ? state.search : undefined,
	};
}

/** Goes to the place that the last jump has left. */
export function goBack(state: ReaderState): ReaderState {
	const place = state.history.at(-1);
	if (place === undefined) return {...state, notice: stringsOf(state.language).noHistory};
	const there = {...state, place, history: state.history.slice(0, -1), search: undefined};
	return {...there, listed: walkIndex(state.library, openFile(there))};
}

/** The state with its line in sight, on a screen of its size; a file whose end is seen is read. */
export function settled(state: ReaderState): ReaderState {
	const shown = {...state, place: inSight(state.place, sightOf(state))};
	const {path} = shown.place;
	const isRead = shown.read.has(path) || openFile(shown).isTest || !seesEnd(shown);
	return isRead ? shown : {...shown, read: new Set([...shown.read, path])};
}
