import assert from 'node:assert/strict';
import {test} from 'node:test';
import {endsWithPrompt} from './typing.ts';

test('endsWithPrompt() knows the prompts of common shells, also with colours', () => {
	for (const output of [
		'sandbox:~# ',
		'$ ',
		'files\r\nroot@sandbox:/# ',
		'\x1b[?2004hsandbox:~# ',
		'\x1b]0;title\x07\x1b[01;32muser@host\x1b[00m:\x1b[01;34m~\x1b[00m$ ',
		'sh -c "\r\n> ',
	]) {
		assert.equal(endsWithPrompt(output), true, JSON.stringify(output));
	}
});

test('endsWithPrompt() waits while a command is echoed or prints', () => {
	for (const output of [
		'',
		'sandbox:~# sleep 1',
		'sandbox:~# sleep 1\r\n',
		'50% done',
		'total 4\r\n',
		'# a comment\r\nmore',
	]) {
		assert.equal(endsWithPrompt(output), false, JSON.stringify(output));
	}
});
