/**
 * Runs `vagrant`, in the directory of one machine, and reads what it prints for programs.
 *
 * Everything that it remembers of a machine is in that directory, so two courses on one host don't meet. Boxes, which are
 * large and the same for all, stay where the user's Vagrant has them.
 *
 * Source: https://developer.hashicorp.com/vagrant/docs/other/environmental-variables
 * @module
 */
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {explainFailure} from './explain.ts';
import {parseEvent, type VagrantEvent} from './machine-readable.ts';

export interface RunOptions {
	/** Interrupts it, as Ctrl-C does; the promise is then rejected, once it has ended. */
	readonly signal?: AbortSignal | undefined;
	/** Told of each event as it comes. */
	readonly onEvent?: ((event: VagrantEvent) => void) | undefined;
}

/**
 * Runs a command of Vagrant's to its end.
 *
 * @throws {VagrantError} what went wrong and how to mend it; the signal's reason if it was interrupted.
 */
export async function runVagrant(
	directory: string,
	command: readonly string[],
	{signal, onEvent}: RunOptions = {},
): Promise<readonly VagrantEvent[]> {
	signal?.throwIfAborted();
	// If this program is killed, it gets its Ctrl-C too, and leaves no machine half made.
	const child = spawn('setpriv', ['--pdeathsig', 'INT', '--', 'vagrant', ...command, '--machine-readable'], {
		cwd: directory,
		env: {...process.env, ...environmentFor(directory)},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const interrupt = (): void => void child.kill('SIGINT');
	signal?.addEventListener('abort', interrupt, {once: true});
	const events: VagrantEvent[] = [];
	readLines(child.stdout, line => {
		const event = parseEvent(line);
		if (event === undefined) return;
		if (events.push(event) > mostEvents) events.shift();
		onEvent?.(event);
	});
	let complaints = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-mostComplaints);
	});
	const exitCode = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	}).finally(() => signal?.removeEventListener('abort', interrupt));
	signal?.throwIfAborted();
	if (exitCode !== 0) throw explainFailure(command, {events, complaints, exitCode});
	return events;
}

/** The installation of packages in the machine is told in many. */
const mostEvents = 10_000;
const mostComplaints = 4_000;
const mostLineLength = 1_000_000;

function environmentFor(directory: string): Record<string, string> {
	return {
		VAGRANT_CWD: directory,
		VAGRANT_VAGRANTFILE: 'Vagrantfile',
		VAGRANT_DOTFILE_PATH: join(directory, '.vagrant'),
		// It would ask its maker for news.
		VAGRANT_CHECKPOINT_DISABLE: '1',
	};
}

/** Lines as Vagrant means them: readline would also end one at U+2028, which a message may hold. */
function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
	let rest = '';
	stream.setEncoding('utf8');
	stream.on('data', (text: string) => {
		const lines = (rest + text).split('\n');
		rest = (lines.pop() ?? '').slice(0, mostLineLength);
		for (const line of lines) take(line);
	});
	stream.on('end', () => take(rest));
}
