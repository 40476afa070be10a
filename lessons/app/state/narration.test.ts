import assert from 'node:assert/strict';
import {test} from 'node:test';
import {encodeReport, idleReport, reportCode} from '#narrate/report';
import type {Told} from '#narrate/told';
import {heard, type Narration, silence} from './narration.ts';

const told = (call: string, args: readonly string[] = []): Told => ({
	pid: 7,
	program: 'sh',
	call,
	args,
	result: 0,
	sentence: {en: `${call}.`, zh: `${call}。`},
	where: {file: 'toolkit/02-uts/uts.ts', symbol: 'setHostname', line: 1},
});
const payload = (sequence: string): string => sequence.slice(`\x1b]${reportCode};`.length, -2);
const after = (...sequences: readonly string[]): Narration =>
	sequences.reduce((narration, sequence) => heard(narration, payload(sequence)), silence);
const calls = ({told}: Narration): readonly string[] => told.map(({call}) => call);

test('heard() keeps the calls of the last line, until something is told of the next', () => {
	const first = after(encodeReport(told('unshare')), encodeReport(told('sethostname')), idleReport);
	assert.deepEqual(calls(first), ['unshare', 'sethostname']);
	assert.equal(first.isSeen, false);
	assert.equal(heard(first, 'idle'), first);
	assert.deepEqual(calls(heard(first, payload(encodeReport(told('mount'))))), ['mount']);
});

test('heard() finds the line in the sources that are here', () => {
	assert.notEqual(after(encodeReport(told('sethostname'))).told[0]?.where?.line, 1);
});

test('heard() leaves out the ends that everybody expects, and whatever else is said', () => {
	assert.deepEqual(calls(after(encodeReport(told('exit_group', ['0'])))), []);
	assert.deepEqual(calls(after(encodeReport(told('exit_group', ['1'])))), ['exit_group']);
	assert.equal(heard(silence, 'nonsense'), silence);
	assert.equal(heard(silence, ''), silence);
});

test('heard() keeps a bounded number', () => {
	const report = payload(encodeReport(told('mount')));
	let narration = silence;
	for (let count = 0; count < 700; count++) narration = heard(narration, report);
	assert.equal(narration.told.length, 500);
});
