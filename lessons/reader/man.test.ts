import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {findPage} from './man.ts';
import {stringsOf} from './strings/strings.ts';

/** A folder of programs that is all that PATH knows. */
function pathWith(context: TestContext, programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-man-'));
	context.after(() => rmSync(directory, {recursive: true}));
	for (const [name, script] of Object.entries(programs)) {
		writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
		chmodSync(join(directory, name), 0o755);
	}
	return {PATH: directory};
}

const unshare = {name: 'unshare', section: '2'};

test('findPage() finds a page, also where libc’s function stands in section 3', context => {
	const second = pathWith(context, {man: '[ "$*" = "-w 2 unshare" ]'});
	assert.deepEqual(findPage(unshare, stringsOf('en'), second), {section: '2'});
	const third = pathWith(context, {man: '[ "$*" = "-w 3 openpty" ]'});
	assert.deepEqual(findPage({name: 'openpty', section: '2'}, stringsOf('en'), third), {section: '3'});
});

test('findPage() says in one line how to get man, or the page', context => {
	const noMan = findPage(unshare, stringsOf('en'), pathWith(context, {'apt-get': ''}));
	assert.ok('missing' in noMan);
	assert.match(
		noMan.missing,
		/^There is no man here to show unshare\(2\): apt-get install man-db .*man2\/unshare\.2\.html$/,
	);
	const noPage = findPage({name: 'proc', section: '5'}, stringsOf('zh'), pathWith(context, {man: 'exit 16', dnf: ''}));
	assert.ok('missing' in noPage);
	assert.match(noPage.missing, /^proc\(5\) 没有安装：dnf install .*man5\/proc\.5\.html$/);
});
