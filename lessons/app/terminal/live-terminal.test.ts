import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {test} from 'node:test';
import {openPty, resizeTerminal} from '#process/pty';
import {localTerminal} from '#sandbox/local/terminal';
import {lineText} from '../text/line.ts';
import {type LiveTerminal, openLiveTerminal, type Screen} from './live-terminal.ts';

const size = {columns: 40, rows: 6};

/** A real shell on a real pty, drawn. */
async function inShell(
	use: (terminal: LiveTerminal, resize: (columns: number, rows: number) => void) => Promise<void>,
): Promise<void> {
	const {master, slave} = openPty();
	const fd = openSync(slave, 'r+');
	resizeTerminal(master, size);
	const environment = {...process.env, PS1: '> ', TERM: 'xterm-256color', ENV: ''};
	const shell = spawn('setsid', ['--ctty', '--wait', 'sh'], {stdio: [fd, fd, fd], env: environment});
	closeSync(fd);
	const ended = new Promise<number>(resolve => shell.once('exit', code => resolve(code ?? 0)));
	const pty = localTerminal(master, shell.pid!, ended);
	const terminal = openLiveTerminal(pty, size);
	try {
		await shows(terminal, has('>'));
		await use(terminal, (columns, rows) => {
			pty.resize({columns, rows});
			terminal.resize({columns, rows});
		});
	} finally {
		terminal.close();
		pty.close();
		await ended;
	}
}

/** Long enough for a slow machine; nothing waits that long where all is well. */
const PATIENCE = 120_000;

/** Resolves once the screen is as wanted: the shell needs its time. */
function shows(terminal: LiveTerminal, isWanted: (screen: Screen) => boolean): Promise<Screen> {
	return new Promise((resolve, reject) => {
		const end = (settle: () => void) => {
			clearTimeout(timer);
			unsubscribe();
			settle();
		};
		const late = () => reject(new Error(`the screen is\n${terminal.getScreen().lines.map(lineText).join('\n')}`));
		const timer = setTimeout(() => end(late), PATIENCE);
		const look = () => {
			const screen = terminal.getScreen();
			if (isWanted(screen)) end(() => resolve(screen));
		};
		const unsubscribe = terminal.subscribe(look);
		look();
	});
}

/** Whether a line is `text`. A prompt may stand before it: what is typed early is echoed before the shell has asked. */
const has = (text: string) => (screen: Screen) =>
	screen.lines.some(drawn => lineText(drawn) === text || lineText(drawn) === `> ${text}`);
const type = (terminal: LiveTerminal, text: string) => terminal.type(Buffer.from(text));

test('openLiveTerminal() draws what a shell prints, and takes keys to it', async () => {
	await inShell(async terminal => {
		type(terminal, 'echo $((6*7)) 进程\r');
		await shows(terminal, has('42 进程'));
		// A Ctrl-C can be lost while a shell is starting a program: cat's answer says that it runs.
		type(terminal, 'cat\rhello\r');
		await shows(terminal, ({lines}) => lines.filter(drawn => lineText(drawn) === 'hello').length === 2);
		type(terminal, '\x03');
		await shows(terminal, screen => has('^C')(screen) && has('>')(screen));
		type(terminal, 'echo $?\r');
		await shows(terminal, has('130'));
	});
});

test('openLiveTerminal() tells programs its size, and when that changes', async () => {
	await inShell(async (terminal, resize) => {
		type(terminal, 'stty size\r');
		await shows(terminal, has('6 40'));
		resize(50, 9);
		assert.deepEqual(terminal.getScreen().size, {columns: 50, rows: 9});
		type(terminal, 'stty size\r');
		await shows(terminal, has('9 50'));
	});
});

test('openLiveTerminal() hides the cursor for a program that asks for it', async () => {
	await inShell(async terminal => {
		type(terminal, "printf '\\033[?25l%s\\n' hid''den\r");
		assert.equal((await shows(terminal, has('hidden'))).cursor, undefined);
		type(terminal, "printf '\\033[?25h%s\\n' sho''wn\r");
		assert.notEqual((await shows(terminal, has('shown'))).cursor, undefined);
	});
});

test('openLiveTerminal() answers a program that asks where the cursor is', async () => {
	await inShell(async terminal => {
		type(terminal, "stty -icanon -echo; printf '\\033[2;7H\\033[6n'; head -c 6 | od -An -c; stty sane\r");
		await shows(terminal, ({lines}) => lines.some(drawn => /033 +\[ +2 +; +7 +R/.test(lineText(drawn))));
	});
});

test('openLiveTerminal() looks back at older lines, until something is typed', async () => {
	await inShell(async terminal => {
		type(terminal, 'seq 1 30\r');
		await shows(terminal, has('30'));
		terminal.scroll(10);
		assert.equal(terminal.getScreen().scrolledBack, 10);
		assert.ok(has('19')(terminal.getScreen()));
		type(terminal, '\r');
		await shows(terminal, ({scrolledBack}) => scrolledBack === 0);
	});
});
