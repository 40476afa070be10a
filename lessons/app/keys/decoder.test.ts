import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isUnfinished, nextKey} from './decoder.ts';

function keysIn(text: string): readonly (string | undefined)[] {
	const keys = [];
	for (let at = 0; at < text.length; ) {
		const {key, length} = nextKey(text, at);
		keys.push(key);
		at += length;
	}
	return keys;
}

test('nextKey() names what has no character', () => {
	assert.deepEqual(keysIn('\x1b[A\x1bOBk\r\t\x03\x1d\x1b[5~\x1b[24~\x1b[1~'), [
		'up',
		'down',
		'k',
		'enter',
		'tab',
		'ctrl-c',
		'ctrl-]',
		'pageup',
		'f12',
		'home',
	]);
});

test('nextKey() takes an escape alone for the Escape key', () => {
	assert.deepEqual(keysIn('\x1b'), ['escape']);
});

test('nextKey() ignores pasted text and sequences that it does not know', () => {
	assert.deepEqual(keysIn('\x1b[200~q\ry\x1b[201~h\x1b[1;5C'), [undefined, 'h', undefined]);
});

test('isUnfinished() waits for the rest of a sequence', () => {
	for (const part of ['\x1b', '\x1b[', '\x1b[1;', 'a\x1bO']) assert.ok(isUnfinished(part), JSON.stringify(part));
	for (const whole of ['\x1b[A', 'a', '', '\x1bOP']) assert.ok(!isUnfinished(whole), JSON.stringify(whole));
});
