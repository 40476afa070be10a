import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {snapshot} from '#observe';
import {WireError} from './frame-reader.ts';
import {asSnapshot} from './observation.ts';

/** As it comes over the wire. */
function real(): Record<string, unknown> {
	return JSON.parse(JSON.stringify(snapshot()));
}

test('asSnapshot() takes what snapshot() makes', () => {
	assert.ok(asSnapshot(real()).processes.some(({pid}) => pid === process.pid));
});

test('asSnapshot() refuses what is no snapshot, however it looks', () => {
	fc.assert(fc.property(fc.jsonValue(), value => assert.throws(() => asSnapshot(value), WireError)));
	const whole = real();
	for (const name of Object.keys(whole)) {
		for (const value of [undefined, null, 'text', {}, [null], [{}]]) {
			assert.throws(() => asSnapshot({...whole, [name]: value}), WireError, `${name}: ${JSON.stringify(value)}`);
		}
	}
});

test('asSnapshot() looks at each field of each process', () => {
	const whole = real();
	const [first] = whole.processes as Record<string, unknown>[];
	for (const name of Object.keys(first!)) {
		const spoilt = {...whole, processes: [{...first, [name]: Symbol(name)}]};
		assert.throws(() => asSnapshot(spoilt), WireError, name);
	}
});
