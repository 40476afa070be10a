import assert from 'node:assert/strict';
import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {demandSpace} from './space.ts';
import {emptyDirectory} from './testing.ts';
import {missingTools} from './tools.ts';

test('missingTools() names the program and the command that brings it', t => {
	const directory = emptyDirectory(t);
	assert.match(missingTools(directory)?.en ?? '', /apt-get, dpkg-deb.* is not here: use Debian or Ubuntu$/);
	for (const tool of ['apt-get', 'dpkg-deb', 'setpriv', 'tar']) {
		writeFileSync(join(directory, tool), '');
		chmodSync(join(directory, tool), 0o755);
	}
	const missing = missingTools(`/nowhere:${directory}`)?.en ?? '';
	assert.match(missing, /mksquashfs is missing: sudo apt-get install -y --no-install-recommends squashfs-tools$/);
	writeFileSync(join(directory, 'mksquashfs'), '', {mode: 0o755});
	assert.equal(missingTools(directory), undefined);
});

test('demandSpace() says how much room there is, and what to do', t => {
	const directory = emptyDirectory(t);
	demandSpace(directory, 1);
	assert.throws(
		() => demandSpace(directory, 2 ** 60),
		/needs 1099511627776 MB and has \d+: free some, or set XDG_CACHE_HOME/,
	);
});
