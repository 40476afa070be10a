/**
 * What somebody points at: the chosen name of the line, and what it leads to.
 * @module
 */
import {type Declaration, declarationAt} from '../sources/declarations.ts';
import {type Link, linksAt, type Page} from '../sources/links.ts';
import {pagesAt, sourcePages} from '../sources/pages.ts';
import {openFile, type ReaderState} from './reader-state.ts';

/** The links of the line, and which of them is chosen. */
export function chosenLink(state: ReaderState): {readonly links: readonly Link[]; readonly link: Link | undefined} {
	const links = linksAt(state.library, openFile(state), state.place.line);
	return {links, link: links[Math.min(state.place.link, links.length - 1)]};
}

/** The declaration that the chosen name stands for, else the one that the line belongs to. */
export function chosenDeclaration(state: ReaderState): Declaration | undefined {
	const {link} = chosenLink(state);
	return link?.target.kind === 'declaration'
		? link.target.declaration
		: declarationAt(openFile(state), state.place.line);
}

/** The pages that the line is about first, then those of the module's sources. */
export function pagesHere(state: ReaderState): {readonly pages: readonly Page[]; readonly onLine: number} {
	const file = openFile(state);
	const here = pagesAt(state.library, file, state.place.line);
	const others = sourcePages(state.library, file).filter(
		page => !here.some(({name, section}) => name === page.name && section === page.section),
	);
	return {pages: [...here, ...others], onLine: here.length};
}
