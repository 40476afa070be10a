import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {decodeReport, encodeReport, reportCode} from './report.ts';
import type {Told} from './told.ts';

const told: Told = {
	pid: 4712,
	program: 'unshare',
	parent: 4711,
	call: 'unshare',
	args: ['CLONE_NEWNS'],
	result: 0,
	sentence: {en: 'The process gets a mount table of its own.', zh: '进程得到自己的挂载表。'},
	where: {file: 'toolkit/05-mnt/mnt.ts', symbol: 'createMountNamespace', line: 37},
};
const payloadOf = (sequence: string): string => sequence.slice(`\x1b]${reportCode};`.length, -2);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

test('decodeReport() reads what encodeReport() wrote', () => {
	assert.deepEqual(decodeReport(payloadOf(encodeReport(told))), told);
	const failed = {...told, errno: 'EPERM', result: -1};
	assert.deepEqual(decodeReport(payloadOf(encodeReport(failed))), failed);
});

test('encodeReport() is bounded and has no character that ends it early', () => {
	const anything = fc.record({
		program: fc.string({unit: 'binary', maxLength: 5000}),
		args: fc.array(fc.string({unit: 'binary', maxLength: 5000}), {maxLength: 30}),
	});
	fc.assert(
		fc.property(anything, ({program, args}) => {
			const sequence = encodeReport({...told, program, args});
			assert.ok(sequence.length <= 4096);
			assert.match(payloadOf(sequence), /^[A-Za-z0-9+/=]+$/);
			assert.equal(decodeReport(payloadOf(sequence))?.pid, told.pid);
		}),
		{numRuns: 100},
	);
});

test('decodeReport() refuses what is not a report, whatever it is', () => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), text => decodeReport(text) === undefined || text !== ''));
	fc.assert(fc.property(fc.jsonValue(), value => decodeReport(encoded(value)) === undefined));
	for (const wrong of [
		{...told, pid: 'me'},
		{...told, sentence: 'hello'},
		{...told, args: 'none'},
		{...told, args: [1]},
		{...told, call: 'rm -rf /'},
		{...told, program: 'x'.repeat(500)},
	]) {
		assert.equal(decodeReport(encoded(wrong)), undefined);
	}
	assert.equal(decodeReport('A'.repeat(5000)), undefined);
});

test('decodeReport() lets nothing through that a terminal or an editor would obey', () => {
	const nasty = {
		...told,
		program: 'a\x1b[2Jb',
		args: ['\x9b31m'],
		where: {file: '/etc/passwd', symbol: 'x'},
		errno: 'x\n',
	};
	const read = decodeReport(encoded(nasty))!;
	assert.equal(read.program, 'a [2Jb');
	assert.deepEqual(read.args, [' 31m']);
	assert.equal(read.where, undefined);
	assert.equal(read.errno, undefined);
	const upward = {...told, where: {file: 'toolkit/../../etc/x.ts', symbol: 'x'}};
	assert.equal(decodeReport(encoded(upward))?.where, undefined);
});
