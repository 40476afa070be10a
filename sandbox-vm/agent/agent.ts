/**
 * The agent: how the host and the machine speak, without a network.
 *
 *     host                                               machine
 *     connectAgent(socket) ◀── virtio-serial port ──▶ guest.ts
 *       exec, shell, observe,      one wire,            one long-lived Node
 *       put, get, setClock, …      many calls           that starts programs
 *
 * The surprise: the machine travels in time. It is stopped in the middle of a sentence, and later goes on, perhaps ten
 * times at once, with another host at the other end. So each connection begins with a silence that no sentence has, and
 * with the number of a new epoch; see frame.ts.
 *
 * And the machine is the learner's, who is root in it: what comes from there may be anything. It is bounded and
 * looked at, and the first nonsense ends the wire with one error, in `ended`.
 *
 * Next: guest.ts, the other end.
 * @module
 */
import type {Duplex} from 'node:stream';
import type {SnapshotOptions} from '#observe';
import type {Snapshot} from '#observe/types';
import type {ExecOptions, ExecResult, SandboxTerminal, TerminalSize} from '#sandbox';
import {ExplainedError} from '#words/explained-error';
import type {Localized} from '#words/language';
import {type AgentExecOptions, relayCommand, runCommand, type Streams} from './command.ts';
import {type GetOptions, getFiles, type PutOptions, putFiles} from './copy.ts';
import {AgentLink} from './link.ts';
import type {Request} from './messages.ts';
import {observeMachine} from './observation.ts';
import {attachTerminal, openTerminal, type ShellOptions, usualShell} from './terminal.ts';

export type {AgentExecOptions, GetOptions, ShellOptions};

export interface ConnectOptions {
	/** How long the agent has to answer: a machine may still boot. Default: a minute. */
	readonly timeoutMilliseconds?: number;
	readonly signal?: AbortSignal;
	/** The programs on terminals that are come back to by `attach`. Terminals that were open for other hosts are hung up. */
	readonly keep?: readonly number[];
	/** Why the machine has ended, in one line, if somebody will know a moment after the wire has. */
	readonly lastWords?: Promise<Localized>;
}

/** What can be asked of a machine. */
export interface AgentClient {
	exec(command: readonly string[], options?: AgentExecOptions): Promise<ExecResult>;
	/** The same between the caller's streams, as it comes. @returns the exit code. */
	relay(command: readonly string[], streams: Streams, options?: Omit<ExecOptions, 'input'>): Promise<number>;
	shell(size: TerminalSize, command?: readonly string[], options?: ShellOptions): Promise<SandboxTerminal>;
	/** Comes back to a terminal that a host before this one had, and this one has kept, by its program's number. */
	attach(pid: number, size: TerminalSize): Promise<SandboxTerminal>;
	observe(options?: SnapshotOptions): Promise<Snapshot>;
	/** Copies a file or folder of the host into the machine, as `target`; what is there is replaced. Tells what was left out. */
	put(source: string, target: string, options?: PutOptions): Promise<readonly string[]>;
	/** Copies a file or folder of the machine to the host, as `target`, which must not be there. Tells what was left out. */
	get(source: string, target: string, options?: GetOptions): Promise<readonly string[]>;
	/** Ends what goes on for the hosts of other wires: after a restore there are none. */
	beAlone(): Promise<void>;
	/** Sets the machine's clock: after a restore it stands where it was stopped. */
	setClock(milliseconds: number): Promise<void>;
	/** Stirs bytes into the machine's random pool: after a restore it yields what it yielded before. At most 4 KiB. */
	reseed(bytes: Uint8Array): Promise<void>;
	/** @returns how long the answer took, in milliseconds. */
	ping(): Promise<number>;
	/** Uses everything once, so that the next time is quick. For a machine that others will be copied from. */
	warm(): Promise<void>;
	/** From now on, a machine that says nothing for so long, though it is asked, counts as gone. Not for one that is stopped. */
	endInSilence(milliseconds: number): void;
	readonly hasEnded: boolean;
	/** Settles when the wire has ended: with the reason, or undefined after `close`. Never rejects. */
	readonly ended: Promise<Error | undefined>;
	/** Ends the wire, and with it all that runs through it. */
	close(): void;
}

/**
 * Greets the agent at the other end of a stream, such as the socket of QEMU's virtio-serial port. The stream is the client's from now
 * on.
 *
 * @throws {Error} if there is no answer in time, it speaks another version, or the stream ends; the signal's reason.
 */
export async function connectAgent(
	duplex: Duplex,
	{timeoutMilliseconds = 60_000, signal, lastWords, keep}: ConnectOptions = {},
): Promise<AgentClient> {
	const link = new AgentLink(duplex, {lastWords, keep});
	const seconds = timeoutMilliseconds / 1000;
	const late = new ExplainedError({
		en: `the machine’s agent did not answer within ${seconds} s`,
		zh: `机器里的代理在 ${seconds} 秒内没有应答`,
	});
	const timer = setTimeout(() => link.close(late), timeoutMilliseconds);
	const abort = (): void => link.close(signal?.reason);
	signal?.addEventListener('abort', abort, {once: true});
	if (signal?.aborted) abort();
	try {
		await link.greeted;
	} finally {
		clearTimeout(timer);
		signal?.removeEventListener('abort', abort);
	}
	return clientOf(link);
}

function clientOf(link: AgentLink): AgentClient {
	const ask = async (request: Request): Promise<void> => {
		const {outcome} = await link.begin(request);
		await outcome;
	};
	const client: AgentClient = {
		exec: (command, options = {}) => runCommand(link, command, options),
		relay: (command, streams, options) => relayCommand(link, command, streams, options),
		shell: (size, command = usualShell, options = {}) => openTerminal(link, size, command, options),
		attach: (pid, size) => attachTerminal(link, pid, size),
		observe: (options = {}) => observeMachine(link, options),
		put: (source, target, options) => putFiles(link, source, target, options),
		get: (source, target, options) => getFiles(link, source, target, options),
		beAlone: () => ask({ask: 'alone'}),
		setClock: milliseconds => ask({ask: 'setClock', milliseconds}),
		reseed: bytes => ask({ask: 'reseed', base64: Buffer.from(bytes).toString('base64')}),
		ping: async () => {
			const start = performance.now();
			await ask({ask: 'ping'});
			return performance.now() - start;
		},
		warm: () => warm(client),
		endInSilence: milliseconds => link.endInSilence(milliseconds),
		get hasEnded() {
			return link.hasEnded;
		},
		ended: link.ended,
		close: () => link.close(),
	};
	return client;
}

/** V8 compiles what is used often; the page cache keeps what was read once. */
async function warm(client: AgentClient): Promise<void> {
	for (let times = 0; times < 5; times++) {
		await client.exec(['true']);
		await client.observe();
		const terminal = await client.shell({columns: 80, rows: 24});
		const prompt = new Promise<void>(resolve => terminal.onData(() => resolve()));
		const exit = new Promise<void>(resolve => terminal.onExit(() => resolve()));
		await Promise.race([prompt, exit]);
		terminal.close();
		await exit;
	}
}
