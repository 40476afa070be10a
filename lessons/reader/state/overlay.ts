/**
 * The lists that are laid over the code: opened, and moved in.
 * @module
 */
import {frameOf} from '../frame.ts';
import {declarationsOf} from '../sources/declarations.ts';
import {moduleOf} from '../sources/library.ts';
import {usesOf} from '../sources/uses.ts';
import {stringsOf} from '../strings/strings.ts';
import {textLength} from '../view/overlay-text.ts';
import {chosenDeclaration, pagesHere} from './chosen.ts';
import {type Overlay, openFile, type ReaderState} from './reader-state.ts';

/** Opens one; where there is nothing to show, a line says so. */
export function overlayFor(state: ReaderState, kind: Overlay['kind']): ReaderState {
	const strings = stringsOf(state.language);
	switch (kind) {
		case 'help':
		case 'map':
			return {...state, overlay: {kind, at: 0}};
		case 'uses': {
			const of = chosenDeclaration(state);
			if (of === undefined) return {...state, notice: strings.uses.noName};
			const spots = usesOf(state.library, of);
			if (spots.length === 0) return {...state, notice: strings.uses.nobody(of.name)};
			return {...state, overlay: {kind, of, spots, at: 0}};
		}
		case 'exports': {
			const file = openFile(state);
			const exported = moduleOf(state.library, file)
				.files.flatMap(declarationsOf)
				.filter(({isExported}) => isExported);
			if (exported.length === 0) return {...state, notice: strings.exports.nothing};
			const at = exported.findIndex(({path}) => path === file.path);
			return {...state, overlay: {kind, exported, at: Math.max(0, at)}};
		}
		case 'pages': {
			const {pages, onLine} = pagesHere(state);
			if (pages.length === 0) return {...state, notice: strings.pages.none};
			// The only page of the line is opened at once; perform.ts does it.
			return onLine === 1 ? state : {...state, overlay: {kind, pages, onLine, at: 0}};
		}
	}
}

/** Moves to a row, or to the nearest one that there is. */
export function atOverlay(state: ReaderState, at: number): ReaderState {
	const {overlay} = state;
	if (overlay === undefined) return state;
	const most = lastRow(overlay, state);
	return {...state, overlay: {...overlay, at: Math.max(0, Math.min(at, most))}};
}

/** The rows that a list has, under its title. */
export function overlayRows({size}: ReaderState): number {
	return Math.max(1, frameOf(size).main.rows - 1);
}

/** A text is moved by its first row on the screen, a list by the row that is chosen. */
function lastRow(overlay: Overlay, state: ReaderState): number {
	switch (overlay.kind) {
		case 'uses':
			return overlay.spots.length - 1;
		case 'exports':
			return overlay.exported.length - 1;
		case 'pages':
			return overlay.pages.length - 1;
		case 'map':
		case 'help':
			return Math.max(0, textLength(overlay.kind, state) - overlayRows(state));
	}
}
