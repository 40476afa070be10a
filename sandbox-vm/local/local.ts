/**
 * The `local` sandbox: a disposable container over a copy-on-write view of this machine, made by the engine that the
 * course is about.
 *
 *     this machine's files ──(read)──▶ ┌ sandbox ───────────────────────┐
 *     a layer of its own  ◀──(write)── │ PID 1 waits; shells join it    │
 *                                      └────────────────────────────────┘
 *
 * Inside, the learner is root: they may unshare, mount, pivot_root, make cgroups. What they change is in the layer, and
 * goes with it.
 *
 * The surprise: its shells are not children of its PID 1. They are processes of this program that have joined its
 * namespaces, as with `docker exec`; only when they lose their parent inside does PID 1 adopt them.
 * @module
 */
import {type Snapshot, snapshot} from '#observe';
import {shellExitCode} from '#process';
import type {ExecOptions, ExecResult, Sandbox, SandboxState, SandboxTerminal, TerminalSize} from '#sandbox';
import {runCommand} from './command.ts';
import {enterMachine, isRunning, type Machine, removeMachine, startMachine} from './machine.ts';
import type {Share} from './share.ts';
import {requireSnapshot, takeSnapshot} from './snapshots.ts';

import {localTerminal} from './terminal.ts';

/** Makes a sandbox. Nothing runs until `up()`. */
export function localSandbox(): Sandbox {
	return new LocalSandbox();
}

class LocalSandbox implements Sandbox {
	readonly provider = 'local';
	#machine: Promise<Machine> | undefined;
	#shares: readonly Share[] = [];
	readonly #terminals = new Set<SandboxTerminal>();

	async up(): Promise<void> {
		if ((await this.status()) === 'halted') await this.halt();
		await this.#start(this.#machine ?? startMachine({shares: this.#shares}));
	}

	async status(): Promise<SandboxState> {
		const machine = await this.#machine?.catch(() => undefined);
		if (machine === undefined) return 'absent';
		return isRunning(machine) ? 'running' : 'halted';
	}

	async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
		return runCommand(await this.#running(), command, options);
	}

	async shell(size: TerminalSize, command: readonly string[] = usualShell): Promise<SandboxTerminal> {
		const shell = await enterMachine(await this.#running(), {
			command,
			environment: shellEnvironment,
			workingDirectory: '/root',
			terminal: size,
		});
		const terminal = localTerminal(shell.terminal!, shell.pid, shell.ended.then(shellExitCode));
		this.#terminals.add(terminal);
		terminal.onExit(() => this.#terminals.delete(terminal));
		return terminal;
	}

	async observe(): Promise<Snapshot> {
		const machine = await this.#running();
		if (!isRunning(machine)) throw new Error('the sandbox has ended');
		return snapshot({of: {descendantsOf: machine.pid}});
	}

	async snapshot(name: string): Promise<void> {
		const {layer} = await this.#running();
		await takeSnapshot(layer, name);
	}

	async restore(name: string): Promise<void> {
		const machine = await this.#running();
		requireSnapshot(machine.layer, name);
		await this.#replace(machine, name);
	}

	async share(directory: string, at: string, {writable = false} = {}): Promise<void> {
		if (this.#machine !== undefined) {
			throw new Error('the local sandbox takes its mounts when it starts: share the folder before up()');
		}
		this.#shares = [...this.#shares, {directory, at, writable}];
	}

	/** Nothing is kept of it: `up()` makes a fresh one, and snapshots are gone. */
	/** A bind mount shows what is there. */
	async refresh(): Promise<void> {}

	async halt(): Promise<void> {
		const machine = await this.#machine?.catch(() => undefined);
		this.#machine = undefined;
		this.#closeTerminals();
		if (machine !== undefined) await removeMachine(machine);
	}

	async renew(): Promise<void> {
		await this.#replace(await this.#machine?.catch(() => undefined));
	}

	async destroy(): Promise<void> {
		await this.halt();
	}

	/** Puts a fresh machine in a machine's place. */
	async #replace(replaces: Machine | undefined, snapshot?: string): Promise<void> {
		this.#closeTerminals();
		await this.#start(startMachine({shares: this.#shares, replaces, snapshot}));
	}

	async #start(machine: Promise<Machine>): Promise<void> {
		this.#machine = machine;
		try {
			await machine;
		} catch (error) {
			this.#machine = undefined;
			throw error;
		}
	}

	#closeTerminals(): void {
		for (const terminal of this.#terminals) terminal.close();
	}

	async #running(): Promise<Machine> {
		if (this.#machine === undefined) throw new Error('the sandbox is not running: call up() first');
		return this.#machine;
	}
}

/** A shell without the host's own settings: everybody's looks the same. */
const usualShell = ['bash', '--norc', '--noprofile', '-i'] as const;
const shellEnvironment = {
	HOME: '/root',
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
	PS1: '\\h:\\w\\$ ',
	HISTFILE: '',
} as const;
