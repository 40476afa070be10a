/**
 * `drydock slides NAME --export html|pdf`: one file, to be taken anywhere.
 * @module
 */
import type {Provider} from '#sandbox';
import type {Language} from '#words/language';
import type {Deck} from '../deck.ts';
import {deckFile, readDeck} from '../decks.ts';
import {runDeck} from '../run-deck.ts';
import {deckHtml, type Recordings} from './deck-html.ts';
import {writeExport} from './write-export.ts';

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
 * Exports a deck. Returns 0, or 1 if a slide doesn't fit on its page.
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
	if (format === 'pdf') return exportPdf(deck, {html, file, write});
	if (file === '-') write(html);
	else {
		writeExport(file, html);
		write(`${file}\n`);
	}
	return 0;
}

/**
 * Prints a deck that has become HTML. Returns 0, or 1 if a slide doesn't fit on its page: it is told which.
 *
 * @throws {Error} if there is no browser, no font for the deck's characters, or the file can't be written.
 */
export async function exportPdf(
	deck: Deck,
	{html, file, write}: {readonly html: string; readonly file: string; readonly write: (text: string) => void},
): Promise<number> {
	if (file === '-') throw new Error('a PDF is no text: name a file with -o');
	const {printPdf} = await import('./deck-pdf.ts');
	const {pdf, cut} = await printPdf(html);
	writeExport(file, pdf);
	write(`${file}\n`);
	for (const index of cut) write(`${cutText(deck, index)}\n`);
	return cut.length === 0 ? 0 : 1;
}

/** Where to look, as --check says it. */
function cutText(deck: Deck, index: number): string {
	const {line} = deck.slides[index]!;
	return `${deckFile(deck.name, deck.language)}:${line}: slide ${index + 1} doesn't fit on its page and is cut: make two of it`;
}

/** What each block printed. A slide that doesn't tell the truth is not exported. */
async function recorded(deck: Deck, sandbox: Provider | undefined): Promise<Recordings> {
	const played = await runDeck(deck, sandbox);
	const wrong = played.find(({failure}) => failure !== undefined);
	if (wrong !== undefined)
		throw new Error(`${deckFile(deck.name, deck.language)}:${wrong.block.line}: ${wrong.failure}`);
	return new Map(played.map(({block, recording}) => [block, recording!]));
}
