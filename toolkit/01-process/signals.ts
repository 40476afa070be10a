/**
 * Passing signals on: what a terminal or a service manager sends to us is meant for the program that we started.
 *
 * Sources: signal(7), docker run's --sig-proxy.
 * @module
 */
import {tolerate} from '#kernel/error';
import {kill, type SignalName, signalNumber} from '#kernel/signal';

/**
 * The signals that are passed on. Not among them: those that can't be caught (KILL, STOP), that report a fault of our own
 * (SEGV, PIPE and so on), that tell us of our child (CHLD), and those by which a terminal stops its background readers.
 */
const forwarded: readonly SignalName[] = [
	'SIGHUP',
	'SIGINT',
	'SIGQUIT',
	'SIGUSR1',
	'SIGUSR2',
	'SIGALRM',
	'SIGTERM',
	'SIGCONT',
	'SIGTSTP',
	'SIGURG',
	'SIGXCPU',
	'SIGVTALRM',
	'SIGWINCH',
	'SIGIO',
	'SIGPWR',
];

/** What a terminal sends to all processes in its foreground, the starter's child among them. */
const sentByTerminal: ReadonlySet<SignalName> = new Set<SignalName>(['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGWINCH']);

/**
 * Sends every signal that arrives here on to process `pid`, until the returned function is called.
 *
 * Call it before the process is started, with a function that tells its number: a signal that comes in between waits.
 *
 * A process that has gone meanwhile is nobody's fault: its `ESRCH` is swallowed.
 *
 * @param sharesTerminal the process has our terminal and session: what the terminal sends reaches it without us.
 */
export function forwardSignals(pid: number | (() => number | undefined), {sharesTerminal = false} = {}): () => void {
	const listener = (name: SignalName): void => {
		if (sharesTerminal && sentByTerminal.has(name)) return;
		const target = typeof pid === 'number' ? pid : pid();
		if (target !== undefined) tolerate(['ESRCH'], () => kill(target, signalNumber(name)));
	};
	for (const name of forwarded) process.on(name, listener);
	return () => {
		for (const name of forwarded) process.off(name, listener);
	};
}
