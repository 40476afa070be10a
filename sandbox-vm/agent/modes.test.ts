import assert from 'node:assert/strict';
import {test} from 'node:test';
import {TerminalModes} from './modes.ts';

function ended(...printed: readonly string[]): string {
	const modes = new TerminalModes();
	for (const text of printed) modes.read(Buffer.from(text));
	return modes.end();
}

test('end() ends what a program has begun on its terminal, and nothing else', () => {
	assert.equal(ended('$ ls\r\n\x1b[31mred\x1b[m'), '');
	const editor = '\x1b[?1049h\x1b[>4;2m\x1b[?1h\x1b=\x1b[?2004h\x1b[?25l\x1b[?1002;1006h~';
	assert.equal(ended(editor), '\x1b[?1006l\x1b[?1002l\x1b[?25h\x1b[?2004l\x1b>\x1b[?1l\x1b[>4m\x1b[?1049l');
	assert.equal(ended(editor, '\x1b[?1002;1006l\x1b[?25h\x1b[?2004l\x1b[?1l\x1b>\x1b[>4;m\x1b[?1049l'), '');
});

test('read() understands what comes in pieces, and keeps no more than it must', () => {
	const editor = '\x1b[?1049h\x1b=\x1b[>4;2m\x1b[?25l';
	for (let at = 0; at < editor.length; at++)
		assert.equal(ended(editor.slice(0, at), editor.slice(at)), ended(editor), `cut at ${at}`);
	assert.equal(ended(...editor), ended(editor));
	assert.equal(ended(`\x1b[?${'1;'.repeat(1000)}`, 'h', `\x1b[?${'9'.repeat(50)}h`), '');
});
