/**
 * `drydock slides NAME --export html|pdf`: one file, to be taken anywhere.
 * @module
 */
import {writeFileSync} from 'node:fs';
import type {Provider} from '#sandbox';
import type {Language} from '#words/language';
import type {Deck} from '../deck.ts';
import {deckFile, readDeck} from '../decks.ts';
import {runDeck} from '../run-deck.ts';
import {deckHtml, type Recordings} from './deck-html.ts';

export interface ExportOptions {
	readonly name: string;
	readonly language: Language;
	readonly format: 'html' | 'pdf';
	/** Runs the blocks first, to show what they print. */
	readonly run?: boolean | undefined;
	readonly sandbox?: Provider | undefined;
	/** Default: NAME.LANGUAGE.html in this folder; `-` is standard output. */
	readonly output?: string | undefined;
	readonly write: (text: string) => void;
}

/**
 * Exports a deck. Returns 0.
 *
 * @throws {Error} if a block doesn't end as its slide says, or the file can't be written.
 */
export async function exportDeck({
	name,
	language,
	format,
	run,
	sandbox,
	output,
	write,
}: ExportOptions): Promise<number> {
	const deck = readDeck(name, language);
	const html = deckHtml(deck, run ? await recorded(deck, sandbox) : undefined);
	const file = output ?? `${name}.${language}.${format}`;
	if (format === 'html') {
		if (file === '-') write(html);
		else writeFileSync(file, html);
	} else {
		if (file === '-') throw new Error('a PDF is no text: name a file with -o');
		const {printPdf} = await import('./deck-pdf.ts');
		writeFileSync(file, await printPdf(html));
	}
	if (file !== '-') write(`${file}\n`);
	return 0;
}

/** What each block printed. A slide that doesn't tell the truth is not exported. */
async function recorded(deck: Deck, sandbox: Provider | undefined): Promise<Recordings> {
	const played = await runDeck(deck, sandbox);
	const wrong = played.find(({failure}) => failure !== undefined);
	if (wrong !== undefined)
		throw new Error(`${deckFile(deck.name, deck.language)}:${wrong.block.line}: ${wrong.failure}`);
	return new Map(played.map(({block, recording}) => [block, recording!]));
}
