import assert from 'node:assert/strict';
import {readlinkSync} from 'node:fs';
import {hostname} from 'node:os';
import {test} from 'node:test';
import {KernelError} from '#kernel/error';
import {comingBack, namespacePath} from '#kernel/namespace';
import {needsRoot} from '#kernel/testing';
import {createUtsNamespace, readUtsNames, setDomainname, setHostname, utsSteps} from '#uts';

test('createUtsNamespace() starts with a copy of the names', needsRoot, () => {
	const before = readUtsNames();
	comingBack(['uts'], () => {
		createUtsNamespace();
		assert.deepEqual(readUtsNames(), before);
	});
});

test('setHostname() in a namespace of one’s own spares the host', needsRoot, () => {
	const host = hostname();
	const home = readlinkSync(namespacePath('self', 'uts'));
	comingBack(['uts'], () => {
		createUtsNamespace();
		setHostname('web');
		setDomainname('example');
		assert.deepEqual(readUtsNames(), {hostname: 'web', domainname: 'example'});
		assert.notEqual(readlinkSync(namespacePath('self', 'uts')), home);
	});
	assert.equal(hostname(), host);
	assert.equal(readlinkSync(namespacePath('self', 'uts')), home);
});

test('setHostname() refuses a name of 65 bytes', needsRoot, () => {
	comingBack(['uts'], () => {
		createUtsNamespace();
		setHostname('x'.repeat(64));
		assert.throws(
			() => setHostname('x'.repeat(65)),
			(error: unknown) => error instanceof KernelError && error.call === 'sethostname' && error.errno === 'EINVAL',
		);
	});
});

test('utsSteps() makes the namespace before it sets the name', needsRoot, () => {
	const host = hostname();
	comingBack(['uts'], () => {
		for (const step of utsSteps({hostname: 'web'})) step.run();
		assert.equal(hostname(), 'web');
	});
	assert.equal(hostname(), host);
});
