import assert from 'node:assert/strict';
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {runVagrant} from './run-vagrant.ts';

/** A directory with a script called vagrant, first in PATH until the test is over. */
function withVagrant(t: TestContext, script: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-vagrant-'));
	const before = process.env.PATH;
	t.after(() => {
		process.env.PATH = before;
		rmSync(directory, {recursive: true});
	});
	writeFileSync(join(directory, 'vagrant'), `#!/bin/sh\n${script}\n`);
	chmodSync(join(directory, 'vagrant'), 0o755);
	process.env.PATH = `${directory}${delimiter}${before}`;
	return directory;
}

test('runVagrant() says which machine is meant, and what it wants to read', async t => {
	const directory = withVagrant(t, 'env > env; echo "$*" > words; pwd > where');
	await runVagrant(directory, ['halt', 'drydock']);
	const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
	assert.equal(read('words'), 'halt drydock --machine-readable\n');
	assert.equal(read('where'), `${directory}\n`);
	assert.match(read('env'), new RegExp(`^VAGRANT_CWD=${directory}$`, 'm'));
	assert.match(read('env'), new RegExp(`^VAGRANT_DOTFILE_PATH=${directory}/.vagrant$`, 'm'));
	assert.match(read('env'), /^VAGRANT_VAGRANTFILE=Vagrantfile$/m);
});

test('runVagrant() gives the events, also one that ends with a separator of lines that is none', async t => {
	const directory = withVagrant(t, "printf '1,m,a,x\\342\\200\\250y\\nplain text\\n2,m,b,z'");
	const events = await runVagrant(directory, ['status']);
	assert.deepEqual(
		events.map(({type, data}) => [type, ...data]),
		[
			['a', 'x\u2028y'],
			['b', 'z'],
		],
	);
});

test('runVagrant() interrupts it when nobody wants it any more, and waits for its end', async t => {
	const script = "trap 'sleep 0.1; touch interrupted; exit 1' INT; touch begun; while :; do sleep 0.02; done";
	const directory = withVagrant(t, script);
	const controller = new AbortController();
	const running = runVagrant(directory, ['up'], {signal: controller.signal});
	while (!existsSync(join(directory, 'begun'))) await sleep(10);
	controller.abort(new Error('enough'));
	await assert.rejects(running, /enough/);
	assert.ok(existsSync(join(directory, 'interrupted')));
	await assert.rejects(runVagrant(directory, ['up'], {signal: controller.signal}), /enough/);
});
