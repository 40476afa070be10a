import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import {stripVTControlCharacters} from 'node:util';
import {openPty, resizeTerminal} from '#process/pty';

const columns = 80;
const rows = 24;

/**
 * Starts a program on a terminal, and ends it once it has drawn.
 *
 * @returns the milliseconds until a frame was there: more than one line's worth of visible characters.
 * @throws if it draws none in ten seconds.
 */
export async function firstFrame(argv: readonly string[]): Promise<number> {
	const [program = '', ...args] = argv;
	const {master, slave} = openPty();
	resizeTerminal(master, {columns, rows});
	const screen = new ReadStream(master);
	const start = performance.now();
	const slaveFd = openSync(slave, 'r+');
	const child = spawn(program, args, {stdio: [slaveFd, slaveFd, slaveFd], detached: true});
	closeSync(slaveFd);
	const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
	try {
		return await new Promise<number>((resolve, reject) => {
			let drawn = '';
			const late = setTimeout(
				() => reject(new Error(`${argv.join(' ')} drew nothing in ten seconds: ${drawn}`)),
				10_000,
			);
			screen.on('data', (data: Buffer) => {
				drawn += stripVTControlCharacters(data.toString());
				if (drawn.replaceAll(/\s/g, '').length > columns) resolve(performance.now() - start);
			});
			// The terminal ends with the last program on it.
			screen.on('error', () => reject(new Error(`${argv.join(' ')} ended before it drew: ${drawn}`)));
			void ended.then(() => clearTimeout(late));
		});
	} finally {
		// What closing the terminal's window does; and if that is not enough, more.
		child.kill('SIGHUP');
		const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
		await ended;
		clearTimeout(killer);
		screen.destroy();
	}
}
