/**
 * The decks there are: slides/NAME.en.md and slides/NAME.zh.md.
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isErrno} from '#kernel/error';
import {courseDirectory} from '#lessons/course';
import {ExplainedError} from '#words/explained-error';
import type {Language, Localized} from '#words/language';
import type {Deck} from './deck.ts';
import {parseDeck} from './parse-deck.ts';

export const languages = ['en', 'zh'] as const satisfies readonly Language[];

/** Names of the decks: those that open a workshop first, then one for each module. */
export function deckNames(): readonly string[] {
	const names = readdirSync(slidesDirectory()).flatMap(file => /^(.+)\.(?:en|zh)\.md$/.exec(file)?.[1] ?? []);
	const isOfModule = (name: string) => /^\d\d-/.test(name);
	return [...new Set(names)].sort((a, b) => Number(isOfModule(a)) - Number(isOfModule(b)) || (a < b ? -1 : 1));
}

/** The name that somebody means by `two-hours`, `04-pid`, `4` or `pid`; undefined if there is no such deck. */
export function findDeckName(wanted: string): string | undefined {
	return deckNames().find(name => {
		const [, number, word] = /^(\d\d)-(.+)$/.exec(name) ?? [];
		return wanted === name || wanted === word || (/^\d+$/.test(wanted) && Number(wanted) === Number(number));
	});
}

/** @throws {Error} for a name that nobody has, with those there are. */
export function requireDeckName(wanted: string): string {
	const name = findDeckName(wanted);
	if (name === undefined) throw new Error(`there is no deck ${wanted}; there are ${deckNames().join(', ')}`);
	return name;
}

/** Where a deck's file is, from the project's folder. */
export function deckFile(name: string, language: Language): string {
	return join('slides', `${name}.${language}.md`);
}

/** @throws {ExplainedError} if the deck has no such version. @throws {Error} if its file can't be read. */
export function readDeck(name: string, language: Language): Deck {
	const file = deckFile(name, language);
	try {
		return parseDeck(readFileSync(join(courseDirectory(), file), 'utf8'), name, language);
	} catch (cause) {
		if (isErrno(cause, 'ENOENT')) throw new ExplainedError(noVersion(file, language), {cause});
		throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
	}
}

function noVersion(file: string, language: Language): Localized {
	return {
		en: `there is no ${language === 'zh' ? 'Chinese' : 'English'} version: ${file}`,
		zh: `没有${language === 'zh' ? '中文' : '英文'}版：${file}`,
	};
}

function slidesDirectory(): string {
	return join(courseDirectory(), 'slides');
}
