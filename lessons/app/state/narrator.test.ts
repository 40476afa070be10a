import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ownEngine} from '#engine/testing';
import {localSandbox} from '#sandbox/local/local';
import {whyNotLocal} from '#sandbox/local/why-not';
import {openLiveTerminal} from '../terminal/live-terminal.ts';
import {heard, silence} from './narration.ts';
import {createNarrator} from './narrator.ts';

ownEngine();

const needsSandbox = {skip: whyNotLocal()?.en ?? (process.getuid?.() === 0 ? false : 'needs root: sudo npm test')};

test('createNarrator() has a lesson’s shell narrated, by the sandbox’s own numbers', needsSandbox, async () => {
	const sandbox = localSandbox();
	await sandbox.up();
	const narrator = createNarrator();
	try {
		const size = {columns: 80, rows: 24};
		const terminal = await sandbox.shell(size);
		const live = openLiveTerminal(terminal, size);
		let narration = silence;
		live.onReport(report => {
			narration = heard(narration, report);
		});
		const shell = (await sandbox.observe()).processes.find(({pid}) => pid === terminal.pid)!;
		narrator.follow(sandbox, {terminal, shell});
		const has = (call: string): boolean => narration.told.some(told => told.call === call);
		for (let tries = 0; !has('sethostname'); tries++) {
			assert.ok(tries < 1200, 'nothing was told');
			terminal.write('unshare --uts hostname boat\r');
			await new Promise(resolve => setTimeout(resolve, 100));
		}
		assert.ok(narration.told.every(({parent}) => parent === undefined || parent === shell.pids.at(-1)));
		live.close();
	} finally {
		narrator.close();
		await sandbox.destroy();
	}
});
