import assert from 'node:assert/strict';
import {test} from 'node:test';
import xterm, {type Terminal} from '@xterm/headless';
import fc from 'fast-check';
import {lineText, lineWidth} from '../text/line.ts';
import {cursorOf, screenLines} from './screen.ts';
import {countAsWeDo} from './widths.ts';

async function terminalWith(text: string, cols = 20, rows = 4): Promise<Terminal> {
	const terminal = new xterm.Terminal({cols, rows, allowProposedApi: true});
	countAsWeDo(terminal);
	await new Promise<void>(written => terminal.write(text, written));
	return terminal;
}

test('screenLines() reads sixteen, 256 and true colours', async () => {
	const [first] = screenLines(await terminalWith('\x1b[31mred\x1b[38;5;200mpink\x1b[48;2;1;2;3mdeep\x1b[0mplain'));
	assert.deepEqual(first, [
		{text: 'red', style: {color: {palette: 1}}},
		{text: 'pink', style: {color: {palette: 200}}},
		{text: 'deep', style: {color: {palette: 200}, background: {rgb: 0x010203}}},
		{text: 'plain', style: {}},
	]);
});

test('screenLines() reads bold, dim, underlined and inverse cells', async () => {
	const [first] = screenLines(await terminalWith('\x1b[1mb\x1b[0;2md\x1b[0;4mu\x1b[0;7mi'));
	assert.deepEqual(
		first?.map(({style}) => style),
		[{bold: true}, {dim: true}, {underline: true}, {inverse: true}],
	);
});

test('screenLines() keeps wide characters whole', async () => {
	const terminal = await terminalWith('a进程b', 10);
	const [first] = screenLines(terminal);
	assert.equal(lineText(first!), 'a进程b');
	assert.equal(lineWidth(first!), 6);
	assert.deepEqual(cursorOf(terminal), {column: 6, row: 0});
});

test('screenLines() shows the other screen while a program such as vim uses it', async () => {
	const terminal = await terminalWith('shell\r\n\x1b[?1049h\x1b[Hvim');
	assert.equal(lineText(screenLines(terminal)[0]!), 'vim');
	await new Promise<void>(written => terminal.write('\x1b[?1049l', written));
	assert.equal(lineText(screenLines(terminal)[0]!), 'shell');
});

test('screenLines() goes back to older lines', async () => {
	const terminal = await terminalWith('1\r\n2\r\n3\r\n4\r\n5\r\n6');
	assert.deepEqual(screenLines(terminal).map(lineText), ['3', '4', '5', '6']);
	assert.deepEqual(screenLines(terminal, 2).map(lineText), ['1', '2', '3', '4']);
});

test('countAsWeDo() gives an emoji the two columns that programs count', async () => {
	assert.deepEqual(cursorOf(await terminalWith('🙂')), {column: 2, row: 0});
	assert.deepEqual(cursorOf(await terminalWith('e\u0301')), {column: 1, row: 0});
});

test('cursorOf() stays on the screen when a line is full', async () => {
	assert.deepEqual(cursorOf(await terminalWith('x'.repeat(20))), {column: 19, row: 0});
});

test('screenLines() makes as many lines as there are rows, none wider than the screen, whatever is written', async () => {
	const piece = fc.constantFrom(
		'text ',
		'容器',
		'\x1b[7m',
		'\x1b[0m',
		'\x1b[2J',
		'\x1b[3;9H',
		'\r\n',
		'\t',
		'\x1b[5C',
		'🙂',
		'\b',
		'\x1b[K',
		'é',
	);
	await fc.assert(
		fc.asyncProperty(fc.array(piece, {maxLength: 60}), fc.integer({min: 4, max: 40}), async (pieces, columns) => {
			const lines = screenLines(await terminalWith(pieces.join(''), columns, 5));
			assert.equal(lines.length, 5);
			for (const drawn of lines) assert.ok(lineWidth(drawn) <= columns, lineText(drawn));
		}),
		{numRuns: 60},
	);
});
