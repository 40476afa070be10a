/**
 * For tests: a program as its user has it, in a terminal, which tmux plays.
 * @module
 */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';

/** A terminal with a program on it. */
export interface Terminal {
	screen(): readonly string[];
	send(...keys: readonly string[]): void;
	type(text: string): void;
	/** Waits until the screen shows it. */
	shows(expected: RegExp): Promise<void>;
	/** What tmux knows of the terminal: `#{alternate_on}`, `#{cursor_flag}`, … */
	ask(format: string): string;
	resize(columns: number, rows: number): void;
	close(): void;
}

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
/** For tests that need it. */
export const needsTmux = {skip: hasTmux ? false : 'needs tmux'};
/** Long enough for a slow machine; nothing waits that long where all is well. */
const PATIENCE = 60_000;

/** Runs a shell's command line in a terminal with a state directory of its own, and then says how it ended. */
export function openTerminal(columns: number, rows: number, command: string): Terminal {
	const state = mkdtempSync(join(tmpdir(), 'drydock-learn-'));
	const socket = join(state, 'tmux');
	const tmux = (...argv: readonly string[]) =>
		spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...argv], {encoding: 'utf8'});
	const environment = `XDG_STATE_HOME='${state}' LC_ALL=C.UTF-8`;
	const all = `${environment} ${command}; echo "exit code $?"; stty -a; exec sleep 600`;
	const size = ['-x', String(columns), '-y', String(rows)];
	const {status, stderr} = tmux('new-session', '-d', '-s', 'test', ...size, all);
	assert.equal(status, 0, stderr);
	const screen = () => tmux('capture-pane', '-p').stdout.replace(/\n$/, '').split('\n');
	return {
		screen,
		send: (...keys) => void tmux('send-keys', ...keys),
		type: text => void tmux('send-keys', '-l', text),
		shows: async expected => {
			for (const end = Date.now() + PATIENCE; !expected.test(screen().join('\n')); await wait(50)) {
				assert.ok(Date.now() < end, `${expected} is not on the screen:\n${screen().join('\n')}`);
			}
		},
		ask: format => tmux('display-message', '-p', format).stdout.trim(),
		resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
		close: () => {
			tmux('kill-server');
			rmSync(state, {recursive: true});
		},
	};
}

/** Waits for the user's own terminal again: the usual screen, a cursor, lines and echo. */
export async function isRestored(terminal: Terminal): Promise<void> {
	await terminal.shows(/exit code \d+[\s\S]* icanon/);
	await terminal.shows(/ echo /);
	assert.equal(terminal.ask('#{alternate_on} #{cursor_flag}'), '0 1');
}
