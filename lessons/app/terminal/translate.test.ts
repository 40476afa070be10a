import assert from 'node:assert/strict';
import {test} from 'node:test';
import {translate} from './translate.ts';

const sent = (text: string, applicationCursorKeysMode: boolean, bracketedPasteMode: boolean) =>
	translate(Buffer.from(text), {applicationCursorKeysMode, bracketedPasteMode}).toString();

test('translate() leaves what is typed alone, Chinese too', () => {
	assert.equal(sent('ls 进程\r\x03', true, false), 'ls 进程\r\x03');
});

test('translate() sends arrows as the program inside asked for them', () => {
	assert.equal(sent('\x1b[A\x1b[5~', false, false), '\x1b[A\x1b[5~');
	assert.equal(sent('\x1b[A\x1b[5~', true, false), '\x1bOA\x1b[5~');
});

test('translate() keeps the marks of a paste only for a program that asked for them', () => {
	assert.equal(sent('\x1b[200~echo 1\x1b[201~', false, true), '\x1b[200~echo 1\x1b[201~');
	assert.equal(sent('\x1b[200~echo 1\x1b[201~', false, false), 'echo 1');
});
