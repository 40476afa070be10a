import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {toolkit} from '../testing.ts';
import {tokenize} from './tokens.ts';

const kindsOf = (text: string, kind: string) =>
	tokenize(text)
		.flat()
		.filter(token => token.kind === kind)
		.map(token => token.text);

test('tokenize() loses nothing of any text', () => {
	const pieces = fc.array(
		fc.constantFrom('`', '${', '}', '{', "'", '"', '/', '*', '//', '\n', '\\', 'a', '1', ' ', '中', '[', ']'),
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string({unit: 'grapheme'}),
				pieces.map(all => all.join('')),
			),
			text => {
				const lines = tokenize(text);
				assert.equal(lines.map(tokens => tokens.map(token => token.text).join('')).join('\n'), text);
				lines.forEach((tokens, index) => {
					let column = 0;
					for (const token of tokens) {
						assert.deepEqual([token.line, token.start], [index + 1, column]);
						column += token.text.length;
					}
				});
			},
		),
		{numRuns: 1000},
	);
});

test('tokenize() tells names from words in comments, strings, templates and patterns', () => {
	const text = [
		"call('mount', a / b); // not mount",
		`const text = \`one $\{two + \`three $\{four}\`} five\`;`,
		'const isCall = /mount\\/[/"`]/.test(text) ? {mount} : 6 / 2;',
		'/** mount',
		' * umount */ after();',
	].join('\n');
	assert.deepEqual(kindsOf(text, 'name'), [
		...['call', 'a', 'b', 'text', 'two', 'four', 'isCall', 'test', 'text', 'mount', 'after'],
	]);
	assert.deepEqual(kindsOf(text, 'comment'), ['// not mount', '/** mount', ' * umount */']);
	assert.ok(kindsOf(text, 'string').includes('/mount\\/[/"`]/'));
});

test('tokenize() knows a word of the language from a key of the same name', () => {
	assert.deepEqual(kindsOf('import type {A} from "a"; const b = {type: 1, from: c.type};', 'keyword'), [
		...['import', 'type', 'from', 'const'],
	]);
	assert.deepEqual(kindsOf('switch (a) {default: return undefined}', 'keyword'), [
		...['switch', 'default', 'return', 'undefined'],
	]);
});

test('tokenize() finds a documentation comment wherever the toolkit has one', () => {
	for (const file of toolkit.walk) {
		const comments = tokenize(file.text)
			.flat()
			.filter(({kind}) => kind === 'comment');
		const lines = new Set(comments.map(({line}) => line));
		file.lines.forEach((text, index) => {
			if (/^\s*(?:\/\*\*| \* )/.test(text)) assert.ok(lines.has(index + 1), `${file.path}:${index + 1} ${text}`);
		});
	}
});
