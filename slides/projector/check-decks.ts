/**
 * `drydock slides --check`: what an author should mend, as `file:line: what`.
 * @module
 */
import type {Provider} from '#sandbox';
import type {Language} from '#words/language';
import {pairProblems} from './check-pair.ts';
import {slideProblems} from './check-slide.ts';
import type {Deck} from './deck.ts';
import {deckFile, deckNames, languages, readDeck, requireDeckName} from './decks.ts';
import {runDeck} from './run-deck.ts';

export interface CheckOptions {
	/** Default: all decks. */
	readonly name?: string | undefined;
	/** Runs the blocks as well. */
	readonly run?: boolean | undefined;
	readonly sandbox?: Provider | undefined;
	readonly json?: boolean | undefined;
	readonly write: (text: string) => void;
}

/** Something to mend, and where. */
export interface Finding {
	readonly file: string;
	readonly line: number;
	readonly text: string;
}

const FEWEST_SLIDES = 10;
const MOST_SLIDES = 20;

/** Checks decks and tells what it finds. Returns 1 if there is anything. */
export async function checkDecks({name, run = false, sandbox, json = false, write}: CheckOptions): Promise<number> {
	const names = name === undefined ? deckNames() : [requireDeckName(name)];
	const findings: Finding[] = [];
	for (const name of names) {
		findings.push(...checkDeck(name));
		if (run) findings.push(...(await failedBlocks(name, sandbox)));
	}
	if (json) write(`${JSON.stringify(findings, null, 2)}\n`);
	else {
		write(findings.map(({file, line, text}) => `${file}:${line}: ${text}\n`).join(''));
		write(`slides: ${counted(names.length, 'deck')}, ${counted(findings.length, 'problem')}\n`);
	}
	return findings.length === 0 ? 0 : 1;
}

/** What is to be mended in one deck, in both of its languages. */
export function checkDeck(name: string): readonly Finding[] {
	const decks = new Map<Language, Deck>();
	const findings: Finding[] = [];
	for (const language of languages) {
		try {
			decks.set(language, readDeck(name, language));
		} catch (error) {
			// On the other one, since it is the one that is there.
			const file = deckFile(name, languages.find(other => other !== language)!);
			findings.push({file, line: 1, text: error instanceof Error ? error.message : String(error)});
		}
	}
	for (const deck of decks.values()) findings.push(...deckFindings(deck));
	const {en, zh} = Object.fromEntries(decks);
	if (en !== undefined && zh !== undefined) findings.push(...located(zh, pairProblems(en, zh)));
	return findings;
}

function deckFindings(deck: Deck): readonly Finding[] {
	const {slides, problems} = deck;
	const hasRoom = slides.length >= FEWEST_SLIDES && slides.length <= MOST_SLIDES;
	const count = {line: 1, text: `${slides.length} slides: a deck has ${FEWEST_SLIDES} to ${MOST_SLIDES}`};
	return located(deck, [...(hasRoom ? [] : [count]), ...problems, ...slides.flatMap(slideProblems)]);
}

/** Both languages have the same blocks: one of them is enough. */
async function failedBlocks(name: string, sandbox: Provider | undefined): Promise<readonly Finding[]> {
	const deck = readDeck(name, 'en');
	const failed = [];
	for (const {block, failure} of await runDeck(deck, sandbox)) {
		if (failure !== undefined) failed.push({line: block.line, text: failure});
	}
	return located(deck, failed);
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function located({name, language}: Deck, problems: Deck['problems']): readonly Finding[] {
	return problems.map(problem => ({file: deckFile(name, language), ...problem}));
}
