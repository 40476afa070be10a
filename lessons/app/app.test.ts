import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {test} from 'node:test';
import {courseDirectory} from '#lessons/course';
import {isRestored, needsTmux, openTerminal, type Terminal} from './testing.ts';

const needsSandbox = {skip: needsTmux.skip || (process.getuid?.() === 0 ? false : 'needs root')};

const drydock = join(courseDirectory(), 'toolkit/cli/drydock');

function openCourse(columns: number, rows: number, ...words: readonly string[]): Terminal {
	return openTerminal(columns, rows, `'${drydock}' learn --sandbox local ${words.join(' ')}`);
}

for (const [columns, rows] of [
	[80, 24],
	[160, 50],
] as const) {
	test(`startCourse() shows the map at ${columns}×${rows}, in both languages`, needsTmux, async () => {
		const terminal = openCourse(columns, rows, '--language', 'en');
		try {
			await terminal.shows(/01 {2}Process [\s\S]*19 {2}Beyond[\s\S]*↵ open/);
			assert.match(terminal.screen().at(-1)!, /↵ open .* q quit/);
			terminal.send('l');
			await terminal.shows(/01 {2}进程 [\s\S]*↵ 打开/);
			terminal.send('q', 'q');
			await isRestored(terminal);
		} finally {
			terminal.close();
		}
	});

	test(`startCourse() puts a live shell beside the lesson at ${columns}×${rows}`, needsSandbox, async () => {
		const terminal = openCourse(columns, rows, '01', '--language', 'en');
		try {
			await terminal.shows(/Tab shell/);
			terminal.send('Tab');
			await terminal.shows(/Ctrl-\] back to the course/);
			terminal.type('tput cols; tput lines; cat');
			terminal.send('Enter');
			await terminal.shows(columns === 80 ? /\n80 *\n16/ : /83 *\n.*29/);
			// A Ctrl-C can be lost while a shell is starting a program: cat's answer says that it runs.
			terminal.type('hello');
			terminal.send('Enter');
			await terminal.shows(/hello[\s\S]*hello/);
			terminal.send('C-c');
			await terminal.shows(/\^C\s.*sandbox:/);
			terminal.type('echo $((6*7)) 进程');
			terminal.send('Enter');
			await terminal.shows(/42 进程/);
			if (columns === 160) {
				terminal.type('sleep 777 &');
				terminal.send('Enter');
				await terminal.shows(/\+ \d+ +\d+ .*└─ sleep 777/);
			}
			terminal.send('C-]');
			await terminal.shows(/\? help/);
			terminal.send('C-c');
			await terminal.shows(/Ctrl-C was pressed/);
			terminal.send('Escape');
			await terminal.shows(/\? help/);
			terminal.send('q', 'q');
			await isRestored(terminal);
			await terminal.shows(/exit code 0/);
		} finally {
			terminal.close();
		}
	});
}

test('startCourse() gives the terminal back when it is ended by a signal', needsTmux, async () => {
	for (const [signal, exitCode] of [
		['TERM', 143],
		['HUP', 129],
	] as const) {
		const terminal = openCourse(80, 24, '--language', 'en');
		try {
			await terminal.shows(/↵ open/);
			const shell = terminal.ask('#{pane_pid}');
			const child = spawnSync('pgrep', ['-P', shell], {encoding: 'utf8'}).stdout.trim();
			process.kill(Number(child), `SIG${signal}`);
			await isRestored(terminal);
			await terminal.shows(new RegExp(`exit code ${exitCode}`));
		} finally {
			terminal.close();
		}
	}
});

test('startCourse() says so in a window that is too small, and waits for a larger one', needsTmux, async () => {
	const terminal = openCourse(40, 10, '--language', 'en');
	try {
		await terminal.shows(/This window is 40×10/);
		terminal.resize(100, 30);
		await terminal.shows(/↵ open/);
		terminal.resize(80, 24);
		await terminal.shows(/19 {2}Beyond[\s\S]*↵ open .* q quit$/);
	} finally {
		terminal.close();
	}
});

test('startCourse() without a terminal tells what to do, in one line', () => {
	const {status, stdout, stderr} = spawnSync(drydock, ['learn'], {encoding: 'utf8', input: ''});
	assert.equal(status, 1);
	assert.equal(stdout, '');
	assert.match(stderr, /^.*drydock verify.*\n$/);
});
