import assert from 'node:assert/strict';
import {test} from 'node:test';
import {deliver, type KeyboardTarget} from './keyboard.ts';

/** A target where Tab goes into the shell and Ctrl-] out of it. */
function recorder(): {readonly target: KeyboardTarget; readonly seen: string[]} {
	let isInShell = false;
	const seen: string[] = [];
	const target: KeyboardTarget = {
		hasShellFocus: () => isInShell,
		typeIntoShell: bytes => void seen.push(`shell:${bytes.toString()}`),
		press: key => {
			seen.push(key);
			if (key === 'tab') isInShell = true;
			if (key === 'ctrl-]') isInShell = false;
		},
	};
	return {target, seen};
}

test('deliver() gives every byte to the shell while it has the focus, Ctrl-C and escapes too', () => {
	const {target, seen} = recorder();
	deliver('h\tls\r\x03\x1b[A\x1d?', target);
	assert.deepEqual(seen, ['h', 'tab', 'shell:ls\r\x03\x1b[A', 'ctrl-]', '?']);
});

test('deliver() leaves the shell by F12 as well', () => {
	const {target, seen} = recorder();
	deliver('\t', target);
	deliver('a\x1b[24~b', target);
	assert.deepEqual(seen, ['tab', 'shell:a', 'ctrl-]', 'b']);
});

test('deliver() keeps bytes as they came, whatever they are', () => {
	const {target, seen} = recorder();
	deliver('\t', target);
	deliver(Buffer.from('进程').toString('latin1'), target);
	assert.deepEqual(seen, ['tab', 'shell:进程']);
});
