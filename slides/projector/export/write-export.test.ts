import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {writeExport} from './write-export.ts';

test('writeExport() replaces what is in a file, and leaves the rest of it as it is', t => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-slides-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const [file, link] = [join(folder, 'deck.html'), join(folder, 'link')];
	const modeOf = () => statSync(file).mode & 0o777;
	writeExport(file, 'first');
	assert.equal(modeOf(), 0o666 & ~process.umask());
	chmodSync(file, 0o640);
	symlinkSync('deck.html', link);
	writeExport(link, 'second');
	assert.deepEqual([readFileSync(file, 'utf8'), modeOf(), readlinkSync(link)], ['second', 0o640, 'deck.html']);
	writeExport('/dev/null', 'third');
	assert.ok(statSync('/dev/null').isCharacterDevice());
	assert.deepEqual(readdirSync(folder).sort(), ['deck.html', 'link']);
	assert.throws(
		() => writeExport(join(folder, 'no/deck.html'), ''),
		/^Error: can't write .*no\/deck.html: no such file or directory$/,
	);
});
