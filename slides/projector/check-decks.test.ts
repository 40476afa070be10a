import assert from 'node:assert/strict';
import {test} from 'node:test';
import {checkDeck, checkDecks} from './check-decks.ts';
import {pairProblems} from './check-pair.ts';
import {slideProblems} from './check-slide.ts';
import {deckNames, readDeck} from './decks.ts';
import {parseDeck} from './parse-deck.ts';

const parse = (...lines: readonly string[]) => parseDeck(lines.join('\n'), 'try', 'en');
const problems = (...lines: readonly string[]) =>
	parse(...lines)
		.slides.flatMap(slideProblems)
		.map(({line, text}) => `${line}: ${text}`);

const notes = '<!-- notes: x -->';

for (const name of deckNames()) {
	test(`checkDeck() finds nothing in ${name}`, () => assert.deepEqual(checkDeck(name), []));
}

test('slideProblems() finds what doesn’t fit 80×24', () => {
	assert.deepEqual(problems('# A', notes), []);
	assert.deepEqual(problems('# A'), ['1: the slide has no notes']);
	assert.deepEqual(problems(`# ${'名'.repeat(39)}`, notes), ['1: the title is wider than 76 columns']);
	assert.deepEqual(problems('# A', notes, '', ...Array.from({length: 20}, (_, row) => `${row}\n`)), [
		'1: 39 rows of text at 80×24, where 19 have room',
	]);
	assert.deepEqual(problems('# A', notes, '```sh run', ...Array.from({length: 11}, () => 'ls'), '```'), [
		'1: 11 rows of text at 80×24, where 10 have room',
	]);
	assert.deepEqual(problems('# A', `<!-- notes: ${'a\n\n'.repeat(9)} -->`), [
		'1: 17 rows of notes at 80×24, where 16 have room',
	]);
});

test('slideProblems() finds code, drawings and tables that would be cut, and lets prose go on', () => {
	const wide = '进'.repeat(38);
	assert.deepEqual(problems('# A', notes, '', wide.repeat(3)), []);
	assert.deepEqual(problems('# A', notes, '```sh run', 'ls', `echo ${wide}`, '```'), [
		'5: 81 columns of code, where 74 have room',
	]);
	assert.deepEqual(problems('# A', notes, '```', wide, '```'), [`1: wider than 76 columns: ${wide}`]);
	assert.match(problems('# A', notes, '', `| a | ${wide} |`, '| - | - |', '| 1 | 2 |').join(), /wider than 76 columns/);
});

test('pairProblems() wants one deck in two languages', () => {
	const en = parse('# A', '---', '# B', '```sh run', 'ls', '```');
	const differs = (...lines: readonly string[]) => pairProblems(en, parse(...lines)).map(({text}) => text);
	assert.deepEqual(differs('# 甲', '---', '# 乙', '```sh run', 'ls', '```'), []);
	assert.deepEqual(differs('# 甲'), ['1 slides, and 2 in English']);
	assert.deepEqual(
		differs('# 甲', '<!-- minutes: 3 -->', '---', '# 乙', '<!-- build -->', '```sh run fails', 'ls', '```'),
		[
			'slide 1: 3 minutes, and 2 in English',
			'slide 2: built in 1 steps, and 0 in English',
			'slide 2: not the same blocks to run as in English',
		],
	);
});

test('checkDeck() tells of a version that is missing, where the other one is', () => {
	assert.deepEqual(checkDeck('one-sided'), [
		{file: 'slides/one-sided.zh.md', line: 1, text: 'there is no English version: slides/one-sided.en.md'},
		{file: 'slides/one-sided.en.md', line: 1, text: 'there is no Chinese version: slides/one-sided.zh.md'},
	]);
	assert.throws(() => readDeck('one-sided', 'zh'), {
		text: {
			en: 'there is no Chinese version: slides/one-sided.zh.md',
			zh: '没有中文版：slides/one-sided.zh.md',
		},
	});
});

test('checkDecks() counts in words', async () => {
	const told: string[] = [];
	await checkDecks({name: 'two-hours', write: text => void told.push(text)});
	assert.equal(told.join(''), 'slides: 1 deck, 0 problems\n');
});

test('checkDecks() tells an unknown name by those there are', async () => {
	await assert.rejects(
		checkDecks({name: 'no-such-deck', write: () => {}}),
		/there is no deck no-such-deck; there are .*two-hours/,
	);
});
