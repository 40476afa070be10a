/**
 * Runs the programs that an image is made with.
 * @module
 */
import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export interface RunOptions {
	/** Ends the program; the promise is then rejected. */
	readonly signal?: AbortSignal | undefined;
	readonly environment?: Readonly<Record<string, string>>;
	/** Called for each line that it prints. */
	readonly onLine?: (line: string) => void;
}

/**
 * Runs a program and returns what it printed.
 *
 * @throws {Error} with its last words, if it fails.
 */
export async function run(command: readonly string[], {signal, environment, onLine}: RunOptions = {}): Promise<string> {
	const child = start(command, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {...process.env, LC_ALL: 'C', ...environment},
		signal,
	});
	let printed = '';
	createInterface({input: child.stdout!}).on('line', line => {
		if (onLine === undefined) printed += `${line}\n`;
		else onLine(line);
	});
	await success(child, command[0] ?? '');
	return printed;
}

/**
 * Starts a program that dies with us, also if we are killed: what it would go on writing, nobody waits for.
 *
 * @throws {Error} on exit, if there is no such program.
 */
export function start([program = '', ...args]: readonly string[], options: SpawnOptions): ChildProcess {
	return spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {killSignal: 'SIGKILL', ...options});
}

/** Waits until a program has ended well. Its stderr must be a pipe. @throws {Error} with its last words. */
export async function success(child: ChildProcess, name: string): Promise<void> {
	let words = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		words = (words + text).slice(-2000);
	});
	let failure: Error | undefined;
	child.once('error', (error: Error) => {
		failure = error;
	});
	// It has ended when this comes, also after an abort: what it wrote can be removed.
	const [code, signal] = await new Promise<[number | null, string | null]>(resolve => {
		child.once('close', (code, signal) => resolve([code, signal]));
	});
	if (failure !== undefined) throw failure;
	if (code === 0) return;
	throw new Error(`${name} failed (${signal ?? code}): ${lastWords(words)}`);
}

/** apt's first error among what was said, or the last lines. */
function lastWords(words: string): string {
	const lines = words.split('\n').filter(line => line.trim() !== '');
	return lines.find(line => line.startsWith('E:')) ?? (lines.slice(-3).join(' ') || 'it said nothing');
}
