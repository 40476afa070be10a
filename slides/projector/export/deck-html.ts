/**
 * A deck → one HTML file that needs nothing else: no font, no script, no picture from anywhere.
 *
 * The surprise: the page itself forbids the browser to load or run anything but what is in it. What a program printed while
 * its block was recorded is escaped; were it not, it could still do nothing.
 * @module
 */
import {createHash} from 'node:crypto';
import {type Line, line} from '#lessons/app/text/line';
import {FAINT} from '#lessons/app/text/theme';
import type {Deck, Piece, Runnable, Slide} from '../deck.ts';
import type {Recording} from '../record-block.ts';
import {stringsOf} from '../strings.ts';
import {escaped} from './escaped.ts';
import {linesHtml} from './line-html.ts';
import {codeHtml, proseHtml} from './prose-html.ts';
import {script} from './script.ts';
import {style} from './style.ts';

/** What the blocks printed; empty if they were not run. */
export type Recordings = ReadonlyMap<Runnable, Recording>;

/** What a slide has room for below its text. */
const MOST_OUTPUT_LINES = 14;

/** The whole file. */
export function deckHtml(deck: Deck, recordings: Recordings = new Map()): string {
	const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${digest(script)}'; base-uri 'none'; form-action 'none'`;
	return `<!doctype html>
<html lang="${deck.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escaped(deck.title)}</title>
<style>${style}</style>
</head>
<body>
${deck.slides.map((slide, index) => slideHtml(slide, index, deck, recordings)).join('\n')}
<script>${script}</script>
</body>
</html>
`;
}

function slideHtml(slide: Slide, index: number, deck: Deck, recordings: Recordings): string {
	const tag = slide.isOpening ? 'h1' : 'h2';
	const pieces = slide.pieces.map(piece => pieceHtml(piece, deck, recordings));
	const {length} = deck.slides;
	return `<section class="slide${slide.isOpening ? ' opening' : ''}" data-last="${slide.lastStep}">
<div class="face"><${tag}>${escaped(slide.title)}</${tag}>
${pieces.join('\n')}</div>
<div class="number">${index + 1} / ${length}</div><div class="bar" style="width:${((100 * (index + 1)) / length).toFixed(1)}%"></div>
<aside class="notes">${proseHtml(slide.notes)}</aside>
</section>`;
}

function pieceHtml(piece: Piece, deck: Deck, recordings: Recordings): string {
	if (piece.kind === 'prose') {
		return `<div class="${piece.isItem ? 'item' : 'prose'}" data-step="${piece.step}">${proseHtml(piece.markdown)}</div>`;
	}
	const recording = recordings.get(piece);
	const output = recording === undefined ? '' : outputHtml(recording, piece, deck);
	return `<figure class="run${output && ' recorded'}" data-step="${piece.step}"><pre class="code">${codeHtml(piece.code, 'sh')}</pre>${output}</figure>`;
}

/** What a block printed, and how it ended if that was no success. */
function outputHtml({lines, exitCode}: Recording, {expected}: Runnable, {language}: Deck): string {
	const strings = stringsOf(language).machine;
	const shown: readonly Line[] =
		lines.length > MOST_OUTPUT_LINES
			? [...lines.slice(0, MOST_OUTPUT_LINES - 1), line(`… +${lines.length - MOST_OUTPUT_LINES + 1}`, FAINT)]
			: lines;
	const caption = expected === 0 ? '' : `<figcaption>${escaped(strings.asDeclared(exitCode))}</figcaption>`;
	return `<pre class="output">${linesHtml(shown)}</pre>${caption}`;
}

function digest(text: string): string {
	return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
