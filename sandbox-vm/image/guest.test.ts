import assert from 'node:assert/strict';
import {test} from 'node:test';
import {guestFiles, missingBundle} from './guest.ts';

test('guestFiles() brings every command that shows the kernel at work, and nothing of the course', {
	skip: missingBundle() !== undefined && 'needs npm run build',
}, () => {
	const names = guestFiles().map(({to}) => to.replace('opt/drydock/dist/', ''));
	for (const name of ['agent', 'compare', 'drydock', 'init', 'map', 'watch', 'watcher', 'why'])
		assert.ok(names.includes(`${name}.cjs`), name);
	for (const name of ['app', 'reader', 'slides', 'verify']) assert.ok(!names.includes(`${name}.cjs`), name);
});
