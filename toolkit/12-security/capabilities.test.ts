import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {capabilitiesIn, capabilityMask, capabilityNames, capabilityNumber} from '#kernel/capability';
import {capabilitySets, defaultCapabilities, knownCapabilities, reachableCapabilities} from '#security/capabilities';

const sorted = (names: readonly string[] | undefined): readonly string[] => (names ?? []).toSorted();

test('capabilityNames has the kernel’s 41, and each number is its place', () => {
	assert.equal(capabilityNames.length, 41);
	assert.equal(capabilityNumber('CAP_CHOWN'), 0);
	assert.equal(capabilityNumber('CAP_SYS_ADMIN'), 21);
	assert.equal(capabilityNumber('CAP_CHECKPOINT_RESTORE'), 40);
	assert.deepEqual(capabilitiesIn(capabilityMask(capabilityNames)), capabilityNames);
	// The kernel's own header, where it is installed, has the last word.
	let header: string;
	try {
		header = readFileSync('/usr/include/linux/capability.h', 'utf8');
	} catch {
		return;
	}
	for (const [, name, number] of header.matchAll(/^#define (CAP_[A-Z_]+)\s+(\d+)$/gm)) {
		assert.equal(capabilityNames[Number(number)], name);
	}
});

test('capabilitySets() is docker’s choice', () => {
	assert.deepEqual(sorted(capabilitySets({}).bounding), sorted(defaultCapabilities));
	assert.equal(defaultCapabilities.length, 14);
	assert.ok(capabilitySets({add: ['net_admin']}).effective?.includes('CAP_NET_ADMIN'));
	assert.ok(capabilitySets({add: ['CAP_SYS_TIME']}).permitted?.includes('CAP_SYS_TIME'));
	assert.equal(capabilitySets({drop: ['chown']}).bounding?.includes('CAP_CHOWN'), false);
	assert.deepEqual(capabilitySets({drop: ['ALL'], add: ['KILL']}).bounding, ['CAP_KILL']);
	assert.deepEqual(capabilitySets({drop: ['all']}).bounding, []);
	const all = capabilitySets({add: ['ALL'], drop: ['SYS_ADMIN']}).bounding;
	assert.deepEqual(
		all,
		knownCapabilities().filter(name => name !== 'CAP_SYS_ADMIN'),
	);
	assert.deepEqual(capabilitySets({privileged: true, drop: ['ALL']}).effective, knownCapabilities());
	// Docker drops first, then adds.
	assert.ok(capabilitySets({add: ['CHOWN'], drop: ['CHOWN']}).bounding?.includes('CAP_CHOWN'));
});

test('capabilitySets() gives an ordinary user a bound only, and nobody anything to inherit', () => {
	const sets = capabilitySets({user: {uid: 1000}});
	assert.equal(sets.bounding?.length, 14);
	for (const name of ['effective', 'permitted', 'inheritable', 'ambient'] as const) assert.deepEqual(sets[name], []);
	assert.deepEqual(capabilitySets({privileged: true}).inheritable, []);
});

test('capabilitySets() refuses a name that isn’t one in docker’s words', () => {
	assert.throws(() => capabilitySets({add: ['NET_ADMINN']}), {
		message: 'invalid CapAdd: unknown capability: "CAP_NET_ADMINN"',
	});
	assert.throws(() => capabilitySets({drop: ['CAP_']}), {message: 'invalid CapDrop: unknown capability: "CAP_"'});
});

test('reachableCapabilities() leaves out what this process can’t give, and names it', () => {
	const mine = capabilitiesIn(BigInt(`0x${/CapPrm:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]}`));
	const {capabilities, missing} = reachableCapabilities({permitted: capabilityNames, effective: capabilityNames});
	assert.deepEqual(capabilities.permitted, mine);
	assert.deepEqual(
		missing,
		capabilityNames.filter(name => !mine.includes(name)),
	);
	assert.throws(() => reachableCapabilities({bounding: ['CAP_NONE']}), /unknown capability: "CAP_NONE"/);
});
