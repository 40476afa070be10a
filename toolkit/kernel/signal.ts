/**
 * Signals by name and number, and sending them.
 *
 * Sources: signal(7), kill(2).
 * @module
 */
import {constants} from 'node:os';
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

/** A signal's name: `SIGTERM`. */
export type SignalName = NodeJS.Signals;

const numberByName = constants.signals as Readonly<Record<string, number>>;
const nameByNumber = new Map(Object.entries(numberByName).map(([name, number]) => [number, name as SignalName]));
/** The real-time signals are numbers only, counted from SIGRTMIN as glibc and musl give it to programs. */
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** `SIGTERM` → 15. */
export function signalNumber(name: SignalName): number {
	return numberByName[name]!;
}

/** 15 → `SIGTERM`; undefined for a real-time signal. */
export function signalName(number: number): SignalName | undefined {
	return nameByNumber.get(number);
}

/**
 * Reads a signal as people write it: `TERM`, `SIGTERM`, `sigterm`, `15`, `RTMIN+3`.
 *
 * @returns its number, or undefined if there is no such signal.
 */
export function parseSignal(text: string): number | undefined {
	if (/^\d+$/.test(text)) {
		const number = Number(text);
		return number >= 1 && number <= SIGRTMAX ? number : undefined;
	}
	const bare = text.toUpperCase().replace(/^SIG/, '');
	const realTime = /^RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(bare);
	if (realTime) {
		const base = realTime[1] === 'MIN' ? SIGRTMIN : SIGRTMAX;
		const number = base + Number(`${realTime[2] ?? '+'}${realTime[3] ?? 0}`);
		return number >= SIGRTMIN && number <= SIGRTMAX ? number : undefined;
	}
	return numberByName[`SIG${bare}`];
}

/**
 * Sends a signal to a process (or, for a negative number, to a process group). Signal 0 only asks whether one could.
 *
 * @throws {KernelError} `ESRCH` if there is none, `EPERM` if it isn't ours to signal.
 */
export function kill(pid: number, signal: number): void {
	call('kill', [pid, signal], {show: () => [pid, new KernelName(signalName(signal) ?? String(signal))]});
}
