import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type Line, line, lineText, lineWidth, run} from './line.ts';
import {wrapLine} from './wrap.ts';

const text = fc
	.array(fc.constantFrom(...'abc de-f./ 容器命名空间。，、（）《》“”……——！`１ｶé🙂\t'), {maxLength: 120})
	.map(characters => characters.join(''));
const paragraph: fc.Arbitrary<Line> = fc
	.array(fc.tuple(text, fc.boolean()), {maxLength: 6})
	.map(parts => parts.map(([text, bold]) => run(text, bold ? {bold} : {})));

test('wrapLine() makes no line wider than asked', () => {
	fc.assert(
		fc.property(paragraph, fc.integer({min: 2, max: 60}), (paragraph, width) => {
			for (const wrapped of wrapLine(paragraph, width)) assert.ok(lineWidth(wrapped) <= width, lineText(wrapped));
		}),
	);
});

test('wrapLine() keeps every character in order, but for spaces', () => {
	fc.assert(
		fc.property(paragraph, fc.integer({min: 2, max: 60}), (paragraph, width) => {
			const wrapped = wrapLine(paragraph, width).map(lineText).join('');
			assert.equal(wrapped.replaceAll(/\s/g, ''), lineText(paragraph).replaceAll(/\s/g, ''));
		}),
	);
});

test('wrapLine() begins no line with closing and ends none with opening punctuation where there is room', () => {
	const chinese = fc
		.array(fc.constantFrom('容器', '挂载。', '（进程）', '镜像，', '“命名空间”', '《手册》、', 'pid'), {minLength: 1})
		.map(words => words.join(''));
	fc.assert(
		fc.property(chinese, fc.integer({min: 16, max: 60}), (chinese, width) => {
			const lines = wrapLine(line(chinese), width).map(lineText);
			for (const wrapped of lines.slice(1)) assert.doesNotMatch(wrapped, /^[。，）”》、]/u);
			for (const wrapped of lines.slice(0, -1)) assert.doesNotMatch(wrapped, /[（“《]$/u);
		}),
	);
});

test('wrapLine() keeps a path whole of which the middle was left out', () => {
	assert.deepEqual(wrapLine(line('mounted on /containers/0123…/rootfs'), 24).map(lineText), [
		'mounted on',
		'/containers/0123…/rootfs',
	]);
});

test('wrapLine() breaks English between words only', () => {
	const lines = wrapLine(line('the kernel keeps another number'), 12).map(lineText);
	assert.deepEqual(lines, ['the kernel', 'keeps', 'another', 'number']);
});

test('wrapLine() breaks Chinese anywhere, and beside Latin words', () => {
	assert.deepEqual(wrapLine(line('进程号由命名空间决定'), 8).map(lineText), ['进程号由', '命名空间', '决定']);
	assert.deepEqual(wrapLine(line('用 unshare 创建'), 8).map(lineText), ['用', 'unshare', '创建']);
});

test('wrapLine() breaks a word that is wider than the line', () => {
	assert.deepEqual(wrapLine(line('/sys/fs/cgroup'), 6).map(lineText), ['/sys/f', 's/cgro', 'up']);
});

test('wrapLine() keeps styles, and indents the lines after the first', () => {
	const bold = {bold: true};
	assert.deepEqual(wrapLine([run('a '), run('word', bold), run(' more')], 7, line('  ')), [
		[run('a ', {}), run('word', bold)],
		[run('  more')],
	]);
});
