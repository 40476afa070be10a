import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {plannedMinutes, runnables} from './deck.ts';
import {parseDeck} from './parse-deck.ts';

const parse = (...lines: readonly string[]) => parseDeck(lines.join('\n'), 'try', 'en');
const texts = (problems: readonly {readonly line: number; readonly text: string}[]) =>
	problems.map(({line, text}) => `${line}: ${text}`);

test('parseDeck() cuts at three dashes, but not within code or comments', () => {
	const deck = parse('# One', '```', '---', '```', '---', '## Two', '<!-- notes:', '---', '-->', '---', '## `Three`');
	assert.deepEqual(
		deck.slides.map(({line, title, isOpening}) => [line, title, isOpening]),
		[
			[1, 'One', true],
			[6, 'Two', false],
			[11, 'Three', false],
		],
	);
	assert.equal(deck.title, 'One');
	assert.equal(deck.slides[1]!.notes, '---');
	assert.deepEqual(deck.problems, []);
});

test('parseDeck() builds a slide part by part, and a list item by item', () => {
	const deck = parse(
		'# One',
		'At once.',
		'- also at once',
		'',
		'<!-- build -->',
		'',
		'- first',
		'- second',
		'',
		'Beside the second.',
		'',
		'<!-- build -->',
		'',
		'Last.',
	);
	const [slide] = deck.slides;
	assert.equal(slide!.lastStep, 3);
	assert.deepEqual(
		slide!.pieces.map(piece => [piece.step, piece.kind === 'prose' && piece.markdown.trim()]),
		[
			[0, 'At once.\n- also at once'],
			[1, '- first'],
			[2, '- second'],
			[2, 'Beside the second.'],
			[3, 'Last.'],
		],
	);
});

test('parseDeck() keeps lists apart that stand on both sides of a mark', () => {
	const {slides} = parse('# One', '', '- a', '', '<!-- build -->', '', '- b');
	assert.deepEqual(
		slides[0]!.pieces.map(({step}) => step),
		[0, 1],
	);
});

test('parseDeck() reads what a block declares', () => {
	const deck = parse(
		'# One',
		'```sh run',
		'true',
		'```',
		'```sh run expect=126',
		'./x',
		'```',
		'```sh run fails prints="no such file"',
		'cat x',
		'```',
		'```sh',
		'# only to be read',
		'```',
	);
	assert.deepEqual(
		deck.slides.flatMap(runnables).map(({line, code, expected, prints}) => [line, code, expected, prints]),
		[
			[2, 'true', 0, undefined],
			[5, './x', 126, undefined],
			[8, 'cat x', 'failure', 'no such file'],
		],
	);
	assert.deepEqual(deck.problems, []);
});

test('parseDeck() adds minutes up, two where nobody says', () => {
	assert.equal(plannedMinutes(parse('# One', '<!-- minutes: 35 -->', '---', '# Two')), 37);
});

test('parseDeck() tells what it can’t understand, and where', () => {
	const deck = parse(
		'# One',
		'',
		'<!-- note: x -->',
		'',
		'<!-- minutes: ten -->',
		'',
		'---',
		'',
		'No heading.',
		'',
		'```sh run fail',
		'```',
		'',
		'```ts run',
		'```',
	);
	assert.deepEqual(texts(deck.problems), [
		'3: a comment is <!-- notes: … -->, <!-- minutes: N --> or <!-- build -->',
		'5: minutes: ten is no whole number',
		'11: fail is none of run, expect=N, fails, prints="…"',
		'14: a block that is run is sh, not ts',
		'9: the slide has no heading',
	]);
	assert.match(texts(parse('# One', '<!-- notes: never closed').problems).join(), /^2: a comment is/);
});

test('parseDeck() takes any text, and a file from elsewhere', () => {
	assert.equal(parseDeck('\ufeff# One\r\n\r\n---\r\n\r\n# Two\r\n', 'try', 'en').slides.length, 2);
	const piece = fc.constantFrom(
		'# A\n',
		'---\n',
		'<!-- ',
		'notes: ',
		'-->\n',
		'build',
		'```sh run\n',
		'- x\n',
		'\n',
		'进程 ',
		'| a |\n',
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(piece).map(pieces => pieces.join('')),
			),
			text => {
				const {slides} = parseDeck(text, 'try', 'en');
				assert.ok(slides.length > 0);
				for (const {pieces, lastStep} of slides) for (const {step} of pieces) assert.ok(step >= 0 && step <= lastStep);
			},
		),
	);
});
