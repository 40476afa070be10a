/**
 * Text → deck: what an author wrote becomes pieces, steps, notes and minutes.
 * @module
 */
import {lexer, type Tokens} from 'marked';
import type {Language} from '#words/language';
import {type Comment, type Cut, cutDeck, type Part} from './cut-deck.ts';
import {type Deck, type Piece, type Problem, type Slide, USUAL_MINUTES} from './deck.ts';
import {parseRunnable} from './parse-runnable.ts';

/** Reads a deck. It never fails: what it can't understand is among the deck's problems. */
export function parseDeck(text: string, name: string, language: Language): Deck {
	const problems: Problem[] = [];
	const slides = cutDeck(text).map(cut => parseSlide(cut, problems));
	return {name, language, title: slides[0]?.title ?? '', slides, problems};
}

function parseSlide({parts, comments}: Cut, problems: Problem[]): Slide {
	const {line: first, text} = parts[0]!;
	const line =
		first +
		Math.max(
			0,
			text.split('\n').findIndex(row => row.trim() !== ''),
		);
	const {title, isOpening, pieces} = parsePieces(parts, problems);
	if (title === undefined) problems.push({line, text: 'the slide has no heading'});
	return {
		line,
		title: title ?? '',
		isOpening,
		pieces,
		lastStep: Math.max(0, ...pieces.map(({step}) => step)),
		...parseComments(comments, problems),
	};
}

/** Each part waits for a step; one that begins with a list, for a step with each item. */
function parsePieces(parts: readonly Part[], problems: Problem[]) {
	let title: string | undefined;
	let isOpening = false;
	let step = -1;
	const pieces: Piece[] = [];
	for (const [index, part] of parts.entries()) {
		step++;
		let line = part.line;
		let isFirst = index > 0;
		for (const token of lexer(part.text)) {
			if (token.type === 'heading' && title === undefined) {
				title = plain((token as Tokens.Heading).text);
				isOpening = (token as Tokens.Heading).depth === 1;
			} else if (token.type === 'list' && isFirst) {
				for (const [at, {raw}] of (token as Tokens.List).items.entries()) {
					if (at > 0) step++;
					pieces.push({kind: 'prose', step, markdown: raw.trimEnd(), isItem: true});
				}
			} else {
				const block = token.type === 'code' ? parseRunnable(token as Tokens.Code, line, problems) : undefined;
				if (block === undefined) addProse(pieces, step, token.raw);
				else pieces.push({...block, step});
			}
			if (token.type !== 'space') isFirst = false;
			line += token.raw.split('\n').length - 1;
		}
	}
	return {title, isOpening, pieces};
}

/** Neighbouring paragraphs of one step are one piece. */
function addProse(pieces: Piece[], step: number, markdown: string): void {
	const last = pieces.at(-1);
	const goesOn = last?.kind === 'prose' && !last.isItem && last.step === step;
	if (goesOn) pieces[pieces.length - 1] = {...last, markdown: last.markdown + markdown};
	else if (markdown.trim() !== '') pieces.push({kind: 'prose', step, markdown, isItem: false});
}

/** A title stands in lists and in other screens' headers, where there is no room for markup. */
function plain(text: string): string {
	return text.replaceAll(/[`*]/g, '');
}

function parseComments(comments: readonly Comment[], problems: Problem[]): Pick<Slide, 'notes' | 'minutes'> {
	const notes: string[] = [];
	let minutes = USUAL_MINUTES;
	for (const {line, text} of comments) {
		const [, word, rest = ''] = /^(notes|minutes):\s*([\s\S]*)$/.exec(text) ?? [];
		if (word === 'notes') notes.push(rest);
		else if (word === 'minutes' && /^\d+$/.test(rest)) minutes = Number(rest);
		else if (word === 'minutes') problems.push({line, text: `minutes: ${rest} is no whole number`});
		else problems.push({line, text: 'a comment is <!-- notes: … -->, <!-- minutes: N --> or <!-- build -->'});
	}
	return {notes: notes.join('\n\n'), minutes};
}
