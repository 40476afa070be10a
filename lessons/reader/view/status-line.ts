/**
 * The line above the keys: where Enter would lead, what is searched, what comes after this file.
 * @module
 */
import {cutLine} from '../../app/text/cells.ts';
import {type Line, run} from '../../app/text/line.ts';
import {CHOSEN, CODE, FAINT, KEY, STRONG, WARNING} from '../../app/text/theme.ts';
import {walkIndex} from '../sources/library.ts';
import type {Link} from '../sources/links.ts';
import {pageName} from '../sources/pages.ts';
import {chosenDeclaration, chosenLink} from '../state/chosen.ts';
import {matchesOf} from '../state/matches.ts';
import {openFile, type ReaderState, searchText} from '../state/reader-state.ts';
import {seesEnd} from '../state/sight.ts';
import {type Strings, stringsOf} from '../strings/strings.ts';

/** One line, as wide as the screen at most. */
export function statusLine(state: ReaderState): Line {
	return cutLine([run(' '), ...status(state, stringsOf(state.language))], state.size.columns);
}

function status(state: ReaderState, strings: Strings): Line {
	if (state.notice !== undefined) return [run(state.notice, WARNING)];
	if (state.search?.origin !== undefined) return typing(state, strings);
	if (state.overlay !== undefined || state.focus === 'list') return [];
	return matched(state, strings) ?? linked(state, strings) ?? atEnd(state, strings) ?? within(state, strings);
}

function typing(state: ReaderState, strings: Strings): Line {
	const text = searchText(state.search!);
	const isMissing = text !== '' && matchesOf(openFile(state), text).length === 0;
	return [
		run(strings.status.search, FAINT),
		run(text, STRONG),
		run(' ', CHOSEN),
		...(isMissing ? [run(`  ${strings.status.searchNothing}`, WARNING)] : []),
	];
}

function matched(state: ReaderState, strings: Strings): Line | undefined {
	if (state.search === undefined) return undefined;
	const matches = matchesOf(openFile(state), searchText(state.search));
	const index = matches.findIndex(({line}) => line === state.place.line);
	return index < 0 ? undefined : [run(strings.status.match(index + 1, matches.length), FAINT)];
}

function linked(state: ReaderState, strings: Strings): Line | undefined {
	const {links, link} = chosenLink(state);
	if (link === undefined) return undefined;
	const others = links.length > 1 ? [run('←→ ', KEY)] : [];
	return [...others, ...leading(state, link, strings)];
}

function leading({place}: ReaderState, {target}: Link, strings: Strings): Line {
	switch (target.kind) {
		case 'page':
			return [run('↵ ', KEY), run(`man ${pageName(target.page)}`, CODE)];
		case 'file':
			return [run('↵ ', KEY), run(shortPath(target.path), CODE)];
		case 'declaration': {
			const {name, path, line, kind, sentence} = target.declaration;
			if (path === place.path && line === place.line) {
				return [
					run(name, STRONG),
					run(` · ${strings.kinds[kind]} · ${strings.status.here} · ${strings.status.uses}`, FAINT),
				];
			}
			return [
				run('↵ ', KEY),
				run(name, STRONG),
				run(` ${shortPath(path)}:${line}`, CODE),
				run(sentence === '' ? '' : `  ${sentence}`, FAINT),
			];
		}
	}
}

function atEnd(state: ReaderState, strings: Strings): Line | undefined {
	if (!seesEnd(state)) return undefined;
	const next = state.library.walk[walkIndex(state.library, openFile(state)) + 1];
	return [run(next === undefined ? strings.status.lastFile : strings.status.nextFile(shortPath(next.path)), FAINT)];
}

/** What the line is a part of. */
function within(state: ReaderState, strings: Strings): Line {
	const declaration = chosenDeclaration(state);
	if (declaration === undefined) return [];
	return [run(declaration.name, STRONG), run(` · ${strings.kinds[declaration.kind]} · ${strings.status.uses}`, FAINT)];
}

function shortPath(path: string): string {
	return path.replace(/^toolkit\//, '');
}
