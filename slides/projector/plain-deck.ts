/**
 * Decks as text and as data, for pipes and programs.
 * @module
 */
import {type Line, lineText} from '#lessons/app/text/line';
import {markdownLines} from '#lessons/app/text/markdown';
import type {Language} from '#words/language';
import {type Deck, plannedMinutes, runnables, type Slide} from './deck.ts';
import {deckNames, languages, readDeck} from './decks.ts';
import {slideLines} from './slide-lines.ts';
import {stringsOf} from './strings.ts';

const COLUMNS = 76;

/** The whole deck, with its notes. */
export function deckText(deck: Deck): string {
	const slides = deck.slides.map((slide, index) => slideText(slide, index + 1, deck));
	return `${slides.join('\n\n')}\n`;
}

/** The deck's structure. */
export function deckData(deck: Deck): object {
	const {name, language, title, slides} = deck;
	return {
		name,
		language,
		title,
		minutes: plannedMinutes(deck),
		slides: slides.map(({lastStep, ...slide}, index) => ({
			number: index + 1,
			...slide,
			steps: lastStep,
			pieces: slide.pieces.map(piece => (piece.kind === 'prose' ? {...piece, markdown: piece.markdown.trim()} : piece)),
		})),
	};
}

/** All decks, a line each. */
export function listText(language: Language): string {
	const strings = stringsOf(language);
	const decks = deckNames().map(name => readDeck(name, language));
	const width = Math.max(...decks.map(({name}) => name.length));
	const rows = decks.map(deck => {
		const size = strings.inBrackets(strings.slides(deck.slides.length), strings.minutes(plannedMinutes(deck)));
		return `${deck.name.padEnd(width)}  ${deck.title}${size}\n`;
	});
	return `${rows.join('')}\ndrydock slides ${decks[0]?.name ?? 'NAME'}\n`;
}

/** All decks as data. */
export function listData(): object {
	return deckNames().map(name => {
		const [en, zh] = languages.map(language => readDeck(name, language));
		return {
			name,
			title: {en: en?.title, zh: zh?.title},
			slides: en?.slides.length,
			minutes: en && plannedMinutes(en),
			runnable: en?.slides.reduce((sum, slide) => sum + runnables(slide).length, 0),
		};
	});
}

function slideText(slide: Slide, number: number, {slides, language}: Deck): string {
	const strings = stringsOf(language);
	const head = `${number}/${slides.length}  ${slide.title}${strings.inBrackets(strings.minutes(slide.minutes))}`;
	const text = slideLines(slide, {step: slide.lastStep, width: COLUMNS});
	const notes =
		slide.notes === ''
			? []
			: ['', ...markdownLines(slide.notes, COLUMNS - 4).map(row => `  | ${plain(row)}`.trimEnd())];
	return [head, '', ...text.map(row => `  ${plain(row)}`.trimEnd()), ...notes].join('\n');
}

function plain(row: Line): string {
	return lineText(row);
}
