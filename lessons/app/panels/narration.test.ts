import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Told} from '#narrate/told';
import {silence} from '../state/narration.ts';
import {stringsOf} from '../strings/strings.ts';
import {line, lineText, lineWidth} from '../text/line.ts';
import {narrationLines, shownOf} from './narration.ts';

const told: Told = {
	pid: 7,
	program: 'unshare',
	call: 'unshare',
	args: ['CLONE_NEWNS'],
	result: 0,
	sentence: {en: 'The process gets a mount table of its own.', zh: '进程得到自己的挂载表。'},
	where: {file: 'toolkit/05-mnt/mnt.ts', symbol: 'createMountNamespace', line: 37},
};
const execve: Told = {
	...told,
	call: 'execve',
	args: ['"/bin/sh"'],
	sentence: {en: 'It becomes sh.', zh: '它变成 sh。'},
};
const lines = (all: readonly Told[], language: 'en' | 'zh' = 'en', width = 70) =>
	narrationLines({...silence, told: all}, language, stringsOf(language), width);

test('narrationLines() tells who, what it means, the call, and where the toolkit does it', () => {
	assert.deepEqual(lines([execve, told, told]).map(lineText), [
		'  unshare 7',
		'    It becomes sh.',
		'    The process gets a mount table of its own.',
		'    unshare(CLONE_NEWNS) = 0  toolkit/05-mnt/mnt.ts:37',
		'    The process gets a mount table of its own.',
		'    unshare(CLONE_NEWNS) = 0  toolkit/05-mnt/mnt.ts:37',
	]);
	assert.match(lines([told], 'zh').map(lineText).join('\n'), /进程得到自己的挂载表。/);
	assert.match(lineText(lines([])[0]!), /Nothing was told yet/);
});

test('narrationLines() does not say of each capability what was said of the first', () => {
	const drop = (capability: string): Told => ({...told, call: 'prctl', args: ['PR_CAPBSET_DROP', capability]});
	const text = lines([drop('CAP_BPF'), drop('CAP_SYS_ADMIN'), told]).map(lineText);
	assert.equal(text.filter(line => line.endsWith('of its own.')).length, 2);
	assert.equal(text.filter(line => line.includes('PR_CAPBSET_DROP')).length, 2);
});

test('narrationLines() makes no line wider than asked', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 40, max: 120}),
			fc.array(fc.string({maxLength: 200}), {maxLength: 4}),
			(width, args) => {
				for (const drawn of lines([{...told, args}], 'zh', width))
					assert.ok(lineWidth(drawn) <= width, lineText(drawn));
			},
		),
	);
});

test('narrationLines() cuts what was asked, never the answer', () => {
	const refused = {...told, args: ['x'.repeat(100)], result: -1, errno: 'ENOMEM'};
	assert.match(lineText(lines([refused]).at(-1)!), /^ {4}unshare\(x+… = -1 ENOMEM {2}toolkit\/05-mnt\/mnt\.ts:37$/);
});

test('shownOf() shows the last lines, and goes back to the first', () => {
	const all = ['a', 'b', 'c', 'd'].map(text => line(text));
	const shown = (rows: number, back: number) => shownOf(all, rows, back).map(lineText).join('');
	assert.deepEqual(
		[shown(2, 0), shown(2, 1), shown(2, 99), shown(9, 0), shown(9, 5)],
		['cd', 'bc', 'ab', 'abcd', 'abcd'],
	);
});
