/**
 * The slide projector: `drydock slides`.
 *
 *     slides/NAME.en.md ──▶ deck ──▶ this terminal, and blocks run live in a disposable machine
 *     slides/NAME.zh.md                 ├──▶ --speaker: notes in a second terminal
 *                                       ├──▶ --export html, pdf
 *                                       └──▶ --check: what its author should mend
 *
 * This file is what the command line loads; Ink comes with the first frame, the writing of HTML with the first export.
 * @module
 */
import type {Provider} from '#sandbox';
import {type Language, languageOf} from '#words/language';
import {readDeck, requireDeckName} from './decks.ts';
import {deckData, deckText, listData, listText} from './plain-deck.ts';
import {stringsOf} from './strings.ts';

/** What the command line may ask for. */
export interface SlidesOptions {
	/** A deck; without one they are listed. */
	readonly name?: string | undefined;
	readonly language?: Language | undefined;
	readonly sandbox?: Provider | undefined;
	readonly speaker?: boolean | undefined;
	readonly check?: boolean | undefined;
	/** Runs the blocks: for `check` to judge them, for `export` to record what they print. */
	readonly run?: boolean | undefined;
	readonly export?: 'html' | 'pdf' | undefined;
	/** Where an export goes. Default: NAME.LANGUAGE.html in this folder. */
	readonly output?: string | undefined;
	readonly json?: boolean | undefined;
	readonly write: (text: string) => void;
}

/**
 * Does what is asked for. Returns an exit code.
 *
 * @throws {Error} for a deck that doesn't exist, or an export that fails.
 */
export async function startSlides(options: SlidesOptions): Promise<number> {
	const {name, language = languageOf(process.env), write} = options;
	if (options.check) {
		const {checkDecks} = await import('./check-decks.ts');
		return checkDecks({...options, write});
	}
	if (options.speaker) return speak(options);
	if (name === undefined) {
		write(options.json ? `${JSON.stringify(listData(), null, 2)}\n` : listText(language));
		return 0;
	}
	const deckName = requireDeckName(name);
	if (options.export !== undefined) {
		const {exportDeck} = await import('./export/export-deck.ts');
		return exportDeck({...options, name: deckName, language, format: options.export});
	}
	if (options.json || !isTerminal()) {
		const deck = readDeck(deckName, language);
		write(options.json ? `${JSON.stringify(deckData(deck), null, 2)}\n` : deckText(deck));
		return 0;
	}
	calmReact();
	const {runShow} = await import('./show/run-show.tsx');
	return runShow({name: deckName, language: options.language, sandbox: options.sandbox});
}

async function speak({name, language}: SlidesOptions): Promise<number> {
	if (!isTerminal()) throw new Error(stringsOf(language ?? languageOf(process.env)).noTerminal);
	calmReact();
	const {runSpeaker} = await import('./speaker/run-speaker.tsx');
	// `two-hours.4711` is one presentation of a deck.
	const [, deck = name, pid = ''] = /^(.*?)(\.\d+)$/.exec(name ?? '') ?? [];
	return runSpeaker({wanted: deck === undefined ? undefined : requireDeckName(deck) + pid, language});
}

function isTerminal(): boolean {
	return Boolean(process.stdin.isTTY && process.stdout.isTTY);
}

/** React checks itself in development, at several times the cost; Ink would look for its developer tools. */
function calmReact(): void {
	Object.assign(process.env, {NODE_ENV: process.env.NODE_ENV ?? 'production'});
	delete process.env.DEV;
}
