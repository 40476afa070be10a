import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {lineText, lineWidth} from './line.ts';
import {markdownLines} from './markdown.ts';

const texts = (markdown: string, width: number) => markdownLines(markdown, width).map(lineText);

test('markdownLines() keeps blocks apart by one empty line', () => {
	assert.deepEqual(texts('# One\n\nTwo\nthree.\n\n\n\nFour.', 40), ['One', '', 'Two three.', '', 'Four.']);
});

test('markdownLines() joins Chinese lines without a space', () => {
	assert.deepEqual(texts('容器是\n一个进程\nwith a name', 40), ['容器是一个进程 with a name']);
});

test('markdownLines() keeps drawings aligned and cuts what is too wide', () => {
	const drawing = ['host        container', '4711 node', '4712 └─ sh  1 sh 进程'];
	assert.deepEqual(
		texts(`\`\`\`\n${drawing.join('\n')}\n\`\`\``, 40),
		drawing.map(row => `  ${row}`),
	);
	assert.deepEqual(texts('```\n0123456789\n```', 8), ['  01234…']);
});

test('markdownLines() indents what belongs to a list item', () => {
	assert.deepEqual(texts('1. one two three\n2. four\n   - five', 10), [
		'1. one two',
		'   three',
		'2. four',
		'   • five',
	]);
	assert.deepEqual(texts('- one\n\n- two', 10), ['• one', '', '• two']);
});

test('markdownLines() colours a command and not its output', () => {
	const [command, output] = markdownLines('```console\n$ kill -9 1\n1\n```', 40);
	assert.deepEqual(
		command?.map(({text, style}) => [text, style.bold ?? false]),
		[
			['  ', false],
			['$ ', false],
			['kill', true],
			[' ', false],
			['-9', false],
			[' 1', false],
		],
	);
	assert.equal(output?.at(-1)?.style.dim, true);
});

test('markdownLines() makes no line wider than asked, whatever the text', () => {
	const piece = fc.constantFrom(
		'# 进程\n',
		'- item ',
		'> ',
		'```sh\n',
		'`code` ',
		'**粗体**，',
		'\n\n',
		'a word ',
		'1. ',
		'| a | b |\n|--|--|\n| 1 | 二 |\n',
	);
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 40}), fc.integer({min: 12, max: 80}), (pieces, width) => {
			for (const drawn of markdownLines(pieces.join(''), width)) assert.ok(lineWidth(drawn) <= width, lineText(drawn));
		}),
	);
});
