import assert from 'node:assert/strict';
import {test} from 'node:test';
import {usualHardware} from './blueprint.ts';
import {describeHardware, isAsAsked} from './hardware.ts';

test('isAsAsked() compares what was asked for, and nothing else', () => {
	assert.ok(isAsAsked(usualHardware, {}));
	assert.ok(isAsAsked({...usualHardware, network: true}, {cpus: 1}));
	assert.ok(!isAsAsked(usualHardware, {network: true}));
	assert.ok(!isAsAsked(usualHardware, {cpus: 1, memoryBytes: 2 ** 30}));
});

test('describeHardware() says it in words', () => {
	assert.equal(describeHardware(usualHardware), '1 CPU, 512 MB and no network');
	assert.equal(describeHardware({cpus: 2, memoryBytes: 2 ** 30, network: true}), '2 CPUs, 1024 MB and a network');
});
