import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {lineText, lineWidth} from '#lessons/app/text/line';
import {runnables} from './deck.ts';
import {deckNames, languages, readDeck} from './decks.ts';
import {parseDeck} from './parse-deck.ts';
import {slideLines} from './slide-lines.ts';

const slides = deckNames().flatMap(name => languages.flatMap(language => readDeck(name, language).slides));

test('slideLines() moves nothing when more appears, and is never too wide', () => {
	fc.assert(
		fc.property(fc.constantFrom(...slides), fc.integer({min: 20, max: 120}), (slide, width) => {
			let before: readonly string[] = [];
			for (let step = 0; step <= slide.lastStep; step++) {
				const lines = slideLines(slide, {step, width});
				for (const line of lines) assert.ok(lineWidth(line) <= width, lineText(line));
				const now = lines.map(lineText);
				assert.deepEqual(now.slice(0, before.length), before);
				before = now;
			}
		}),
	);
});

test('slideLines() marks the block that Enter runs, and joins a list that is built', () => {
	const deck = parseDeck('# A\n\n<!-- build -->\n\n- 一\n- 二\n\n```sh run\nls\npwd\n```\n', 'try', 'en');
	const [slide] = deck.slides;
	const [next] = runnables(slide!);
	assert.deepEqual(slideLines(slide!, {step: 1, width: 40}).map(lineText), ['• 一']);
	assert.deepEqual(slideLines(slide!, {step: 2, width: 40, next}).map(lineText), ['• 一', '• 二', '', '▶ ls', '│ pwd']);
	assert.deepEqual(slideLines(slide!, {step: 2, width: 40}).map(lineText).slice(3), ['$ ls', '│ pwd']);
});
