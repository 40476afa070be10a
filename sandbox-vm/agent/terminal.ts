/**
 * A shell of the machine on a pseudo-terminal of the machine's: what is typed goes in on the wire, what is printed comes out.
 * @module
 */
import type {SandboxTerminal, TerminalSize} from '#sandbox';
import {explanationOf} from '#words/explained-error';
import {languageOf} from '#words/language';
import type {AgentLink, HostCall} from './link.ts';
import {asEnded} from './messages.ts';
import {TerminalModes} from './modes.ts';

export interface ShellOptions {
	readonly environment?: Readonly<Record<string, string>>;
	readonly workingDirectory?: string;
}

const replayBytes = 65_536;
/** What a shell reports whose terminal was hung up: 128 + SIGHUP. */
const hungUpExitCode = 129;

/** A shell without the machine's own settings: everybody's looks the same. */
export const usualShell = ['bash', '--norc', '--noprofile', '-i'] as const;
const usualEnvironment = {
	HOME: '/root',
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
	PS1: '\\h:\\w\\$ ',
	HISTFILE: '',
} as const;

/**
 * Starts a program on a terminal.
 *
 * @throws {Error} if it can't be started, or the machine is gone.
 */
export async function openTerminal(
	link: AgentLink,
	size: TerminalSize,
	command: readonly string[],
	{environment, workingDirectory = '/root'}: ShellOptions,
): Promise<SandboxTerminal> {
	const request = {ask: 'shell', command, workingDirectory, size} as const;
	return terminalOf(await link.begin({...request, environment: {...usualEnvironment, ...environment}}));
}

/** Comes back to a terminal. @throws {Error} if there is none, or the machine is gone. */
export async function attachTerminal(link: AgentLink, pid: number, size: TerminalSize): Promise<SandboxTerminal> {
	return terminalOf(await link.begin({ask: 'attach', pid, size}));
}

async function terminalOf({call, started, outcome, tell, cancel}: HostCall): Promise<SandboxTerminal> {
	const listeners = new Set<(data: Uint8Array) => void>();
	const modes = new TerminalModes();
	let printed = Buffer.alloc(0);
	const screen = call.incoming(1);
	const keyboard = call.outgoing(0);
	// How it ended is told by the exit code, and to the keyboard by nothing.
	for (const channel of [screen, keyboard]) channel.on('error', () => {});
	const print = (data: Buffer): void => {
		modes.read(data);
		printed = Buffer.concat([printed, data]).subarray(-replayBytes);
		for (const listener of listeners) listener(data);
	};
	screen.on('data', print);
	const closed = new Promise<void>(resolve => screen.once('close', resolve));
	// The last of what was printed comes before the exit code.
	const exitCode = outcome.then(
		async result => {
			await closed;
			return asEnded(result).exitCode;
		},
		(error: Error) => {
			// The program can tidy up its screen no more, and on an editor's nobody would see a line of ours.
			print(Buffer.from(`${modes.end()}\r\n${explanationOf(error)[languageOf(process.env)]}\r\n`));
			return hungUpExitCode;
		},
	);
	exitCode.catch(() => {});
	return {
		pid: await started,
		write: data => {
			if (keyboard.writable) keyboard.write(data);
		},
		resize: ({columns, rows}) => tell({tell: 'size', size: {columns, rows}}),
		onData: listener => {
			if (printed.length > 0) listener(printed);
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		onExit: listener => void exitCode.catch(() => hungUpExitCode).then(listener),
		close: cancel,
	};
}
