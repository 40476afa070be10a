import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';
import {isOwned, takeOwnership} from './ownership.ts';
import {ownEngine} from './testing.ts';

ownEngine();

/** Another command, which looks for what it could clean up, all the time. */
const looking = `
	const {adoptAbandoned, isOwned} = await import(${JSON.stringify(`${import.meta.dirname}/ownership.ts`)});
	console.log('looking');
	for (;;) {
		adoptAbandoned(id => console.log('adopted ' + id));
		isOwned('boat');
	}
`;

test('release() removes what it owns while others look whether it is abandoned, and they don’t adopt it', async () => {
	const others = [1, 2].map(() => {
		takeOwnership('first').release();
		return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', looking], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
	});
	let said = '';
	for (const {stdout} of others) {
		stdout.setEncoding('utf8').on('data', text => {
			said += text;
		});
		await once(stdout, 'data');
	}
	try {
		for (let round = 0; round < 1000; round++) {
			const owned = takeOwnership('boat');
			assert.ok(isOwned('boat'));
			owned.release();
		}
	} finally {
		for (const other of others) {
			other.kill('SIGKILL');
			await once(other, 'close');
		}
	}
	assert.doesNotMatch(said, /adopted/);
});
