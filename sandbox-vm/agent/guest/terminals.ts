/**
 * The machine's terminals, each with the program on it, whether a host watches or not.
 *
 *     keys ──channel 0──▶ master ═══ slave ◀──▶ program
 *     screen ◀─channel 1── master ──▶ the last 64 KiB, for who comes back
 *
 * The surprise: a terminal may outlive its host. A restored machine has the shells of a host that is gone; the next one
 * names those that it comes back to, and finds them as they were. All others are hung up.
 * @module
 */

import type {Writable} from 'node:stream';
import {ReadStream} from 'node:tty';
import {keyboardOf} from '#process/keyboard';
import {resizeTerminal} from '#process/pty';
import type {TerminalSize} from '#sandbox';
import {ExplainedError} from '#words/explained-error';
import type {Ended} from '../messages.ts';
import {drain, passOn} from './drain.ts';
import type {Task} from './session.ts';

const replayBytes = 65_536;

/** The terminals of one wire: its host's, and those of the hosts before. */
export class Terminals {
	readonly #byPid = new Map<number, Terminal>();

	/** Puts a program on a terminal whose master is open as `master`. */
	open(pid: number, master: number, exitCode: Promise<number>): Terminal {
		const terminal = new Terminal(pid, master, exitCode, () => this.#byPid.delete(pid));
		this.#byPid.set(pid, terminal);
		return terminal;
	}

	/** @throws {Error} if no program with this number has a terminal here. */
	find(pid: number): Terminal {
		const terminal = this.#byPid.get(pid);
		if (terminal === undefined) {
			throw new ExplainedError({
				en: `process ${pid} has no terminal to come back to`,
				zh: `进程 ${pid} 没有可以回到的终端`,
			});
		}
		return terminal;
	}

	/** A new host has come: it will come back to the terminals of these programs, and to no other. */
	keep(pids: readonly number[]): void {
		for (const terminal of [...this.#byPid.values()]) terminal.keep(pids.includes(terminal.pid));
	}
}

/** A program on a terminal. */
export class Terminal {
	readonly pid: number;
	readonly #master: number;
	readonly #exitCode: Promise<number>;
	readonly #screen: ReadStream;
	readonly #keyboard: Writable;
	readonly #onHungUp: () => void;
	readonly #printed: Buffer[] = [];
	#printedBytes = 0;
	#isKept = false;
	#isWatched = false;

	constructor(pid: number, master: number, exitCode: Promise<number>, onHungUp: () => void) {
		this.#onHungUp = onHungUp;
		this.pid = pid;
		this.#master = master;
		this.#exitCode = exitCode;
		this.#screen = new ReadStream(master);
		this.#keyboard = keyboardOf(master);
		this.#screen.on('error', () => this.#screen.destroy());
		this.#screen.on('data', (data: Buffer) => this.#remember(data));
		this.#keyboard.on('error', () => this.hangUp());
	}

	/** Whether it stays when the host goes that watches it; one that nobody watches is hung up at once if not. */
	keep(isKept: boolean): void {
		this.#isKept = isKept;
		if (!isKept && !this.#isWatched) this.hangUp();
	}

	resize(size: TerminalSize): void {
		if (!this.#screen.destroyed) resizeTerminal(this.#master, size);
	}

	/** Shows it to a host, from what it printed last, until the program ends or the host goes. */
	async show({call, cancelled, tell, onNote}: Task): Promise<Ended> {
		const [keys, screen] = [call.incoming(0), {from: this.#screen, to: call.outgoing(1)}];
		const gone = Promise.withResolvers<undefined>();
		const detach = (): void => {
			keys.unpipe(this.#keyboard);
			this.#screen.unpipe(screen.to);
			this.#isWatched = false;
			// What it prints now is remembered, and holds the program up no more.
			this.#screen.resume();
			gone.resolve(undefined);
		};
		const leave = (): void => (this.#isKept ? detach() : this.hangUp());
		[this.#isKept, this.#isWatched] = [false, true];
		cancelled.addEventListener('abort', leave, {once: true});
		if (cancelled.aborted) leave();
		tell({tell: 'started', pid: this.pid});
		onNote(note => this.resize(note.size));
		// The call's channels break when its host goes.
		for (const channel of [keys, screen.to]) channel.on('error', () => {});
		for (const bytes of this.#printed) screen.to.write(bytes);
		keys.pipe(this.#keyboard, {end: false});
		passOn(screen);
		const exitCode = await Promise.race([this.#exitCode, gone.promise]);
		if (exitCode === undefined) return {exitCode: 0};
		await drain([screen]);
		this.hangUp();
		return {exitCode};
	}

	/** As closing a terminal's window does. */
	hangUp(): void {
		this.#onHungUp();
		this.#keyboard.destroy();
		this.#screen.destroy();
	}

	#remember(data: Buffer): void {
		this.#printed.push(data);
		this.#printedBytes += data.length;
		while (this.#printedBytes - this.#printed[0]!.length >= replayBytes)
			this.#printedBytes -= this.#printed.shift()!.length;
	}
}
