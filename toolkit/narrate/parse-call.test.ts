import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {formatCall, KernelName} from '#kernel/error';
import {parseCall} from './parse-call.ts';

test('parseCall() reads what formatCall() writes', () => {
	const name = fc.stringMatching(/^[A-Z_]{2,12}(\|[A-Z_]{2,12}){0,2}$/).map(text => new KernelName(text));
	const plain = fc.oneof(fc.constant(null), fc.integer(), fc.string({unit: 'binary', maxLength: 50}), name);
	fc.assert(
		fc.property(fc.array(fc.oneof(plain, fc.array(plain, {maxLength: 3})), {maxLength: 5}), args => {
			// NULL is what nothing looks like, so a flag of that name can't be told from it.
			const text = formatCall('mount', args);
			const {call, args: read} = parseCall(text);
			assert.equal(call, 'mount');
			assert.equal(formatCall(call, read), text);
		}),
	);
});

test('parseCall() takes texts apart at the right commas', () => {
	assert.deepEqual(parseCall('execve("/bin/sh", ["sh", "-c", "a, b"], /* 3 variables */)').args, [
		'/bin/sh',
		['sh', '-c', 'a, b'],
		new KernelName('/* 3 variables */'),
	]);
	assert.deepEqual(parseCall('setsid()'), {call: 'setsid', args: []});
});

test('parseCall() survives any text', () => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), text => typeof parseCall(text).call === 'string'));
});
