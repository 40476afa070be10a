import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {parseProse} from './prose.ts';

test('parseProse() cuts at headings with anchors', () => {
	const prose = parseProse(
		'# Who am I?\n\nHello.\n\n## The inside {#inside}\n\nOne.\n\n### A part\nTwo.\n\n## 外面 {#out-2}\r\nThree.\n',
	);
	assert.deepEqual(prose, {
		title: 'Who am I?',
		introduction: 'Hello.',
		sections: [
			{anchor: 'inside', title: 'The inside', markdown: 'One.\n\n### A part\nTwo.'},
			{anchor: 'out-2', title: '外面', markdown: 'Three.'},
		],
	});
});

test('parseProse() takes lines of fenced code for code', () => {
	const code = '```sh\n# a comment\n## another {#no}\n~~~\n```';
	const {sections} = parseProse(`# T\n## S {#s}\n${code}\n## U {#u}\n`);
	assert.deepEqual(
		sections.map(({anchor, markdown}) => [anchor, markdown]),
		[
			['s', code],
			['u', ''],
		],
	);
});

test('parseProse() keeps the indentation of a first line of code', () => {
	assert.equal(parseProse('# T\n## S {#s}\n\n    indented\n').sections[0]!.markdown, '    indented');
});

test('parseProse() refuses a heading without an anchor, and the same anchor twice', () => {
	assert.throws(() => parseProse('# T\n## Nowhere\n'), /“Nowhere” needs an anchor/);
	assert.throws(() => parseProse('# T\n## A {#a}\n## B {#a}\n'), /two sections are called \{#a\}/);
});

test('parseProse() finds again what was put together', () => {
	const anchor = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
	const line = fc.string().filter(text => !/^\s*(#|`{3}|~{3})/.test(text) && !/[\r\n]/.test(text));
	const body = fc.array(line).map(lines => lines.join('\n'));
	fc.assert(
		fc.property(fc.uniqueArray(anchor), fc.array(body), (anchors, bodies) => {
			const text = anchors.map((name, index) => `## Title ${index} {#${name}}\n${bodies[index] ?? ''}\n`).join('');
			const {sections} = parseProse(`# T\n${text}`);
			assert.deepEqual(
				sections.map(section => section.anchor),
				anchors,
			);
			for (const [index, section] of sections.entries()) {
				const lines = (bodies[index] ?? '').split('\n').filter(each => each.trim() !== '');
				assert.deepEqual(
					section.markdown
						.split('\n')
						.filter(each => each.trim() !== '')
						.map(each => each.trimEnd()),
					lines.map(each => each.trimEnd()),
				);
			}
		}),
	);
});
