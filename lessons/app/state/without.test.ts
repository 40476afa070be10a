import assert from 'node:assert/strict';
import {test} from 'node:test';
import {without} from './without.ts';

test('without() goes on in the local sandbox, keeps the others to be chosen, and says why', () => {
	const why = {en: 'libvirt does not answer', zh: 'libvirt 没有响应'};
	const choice = {provider: 'vagrant', available: ['local', 'qemu', 'vagrant']} as const;
	assert.deepEqual(without(choice, why), {provider: 'local', available: ['local', 'qemu'], remedy: why});
});
