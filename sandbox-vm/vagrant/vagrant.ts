/**
 * The `vagrant` sandbox: a machine that Vagrant makes, for those who have it and a hypervisor of their own.
 *
 *     this program ──vagrant up, snapshot, destroy──▶ VirtualBox, libvirt, … ──▶ machine
 *           └────────────────────── ssh ─────────────────────────────────────▶ agent, as root
 *
 * Vagrant brings the machine up and down, and says how to log in. All else is the agent's, the same that runs in the machine
 * of our own making: one connection carries commands, terminals, files and the kernel's objects.
 *
 * The surprise: a machine's saved memory holds the agent as well, talking to a host that has hung up since. So the next
 * login ends the agent of the last.
 * @module
 */
import {randomBytes} from 'node:crypto';
import type {Snapshot} from '#observe/types';
import type {ExecOptions, ExecResult, Sandbox, SandboxState, SandboxTerminal, TerminalSize} from '#sandbox';
import type {AgentClient} from '../agent/agent.ts';
import type {Owned} from '../machine/ownership.ts';
import type {TemplatePhase} from '../machine/template.ts';
import {makeMachineDirectory} from './directory.ts';
import {type EnterOptions, enter} from './enter.ts';
import {VagrantError} from './explain.ts';
import {findVagrant} from './find-vagrant.ts';
import {
	accessTo,
	bringUp,
	destroy,
	halt,
	restoreState,
	saveState,
	stateName,
	stateOf,
	sweepVagrantMachines,
} from './machine.ts';
import {type Share, showShare, writablePaths} from './share.ts';
import type {Access} from './ssh.ts';

export interface VagrantOptions {
	/** Hears of what `up()` does the first time, which takes a minute or more. */
	readonly onPhase?: ((phase: TemplatePhase) => void) | undefined;
	/** Ends that. */
	readonly signal?: AbortSignal | undefined;
	/** Logs in. Default: as whoever has just made the machine, or brought it back. */
	readonly login?: typeof enter;
}

/** Makes a sandbox. Nothing runs until `up()`. */
export function vagrantSandbox(options: VagrantOptions = {}): Sandbox {
	return new VagrantSandbox(options);
}

/** The state after the first start, that `renew` goes back to: `stateName` gives no other this name. */
const fresh = 'fresh';

class VagrantSandbox implements Sandbox {
	readonly provider = 'vagrant';
	readonly #options: VagrantOptions;
	#machine: Owned | undefined;
	#agent: Promise<AgentClient> | undefined;
	/** What brings the machine up, or back, at the moment. */
	#coming: Promise<void> | undefined;
	#shares: readonly Share[] = [];
	/** The states that it was saved in, as Vagrant knows them. */
	readonly #states = new Set<string>();

	constructor(options: VagrantOptions) {
		this.#options = options;
	}

	async up(): Promise<void> {
		if ((await this.status()) === 'running') return;
		await this.#come(async () => {
			if (this.#machine === undefined) await this.#begin();
			else await this.#start(this.#machine);
		});
	}

	async status(): Promise<SandboxState> {
		if (this.#coming !== undefined) return 'starting';
		if (this.#machine === undefined) return 'absent';
		const agent = await this.#agent?.catch(() => undefined);
		if (agent?.hasEnded === false) return 'running';
		const state = await stateOf(this.#machine);
		if (state === 'not_created') return 'absent';
		// One that runs and can't be entered any more is of no use.
		return state === 'running' && agent !== undefined ? 'running' : 'halted';
	}

	async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
		return (await this.#running()).exec(command, options);
	}

	async shell(size: TerminalSize, command?: readonly string[]): Promise<SandboxTerminal> {
		return (await this.#running()).shell(size, command);
	}

	async observe(): Promise<Snapshot> {
		return (await this.#running()).observe();
	}

	async snapshot(name: string): Promise<void> {
		await this.#save(this.#opened(), stateName(name));
	}

	async restore(name: string): Promise<void> {
		const machine = this.#opened();
		if (!this.#states.has(stateName(name))) throw new Error(`there is no snapshot ${name} of this sandbox`);
		await this.#come(() => this.#goBack(machine, stateName(name)));
	}

	async share(directory: string, at: string, {writable = false} = {}): Promise<void> {
		const share = {directory, at, writable, number: this.#shares.length};
		this.#shares = [...this.#shares, share];
		if (this.#machine === undefined || this.#agent === undefined) return;
		await showShare(await this.#running(), await accessTo(this.#machine), share);
	}

	async refresh(path: string): Promise<void> {
		const agent = await this.#running();
		for (const inside of writablePaths(this.#shares, path)) await agent.put(path, inside);
	}

	async halt(): Promise<void> {
		await this.#hangUp();
		if (this.#machine !== undefined) await halt(this.#machine);
	}

	async renew(): Promise<void> {
		const machine = this.#machine;
		await this.#come(async () => {
			if (machine === undefined) return this.#begin();
			if (this.#states.has(fresh)) return this.#goBack(machine, fresh);
			await this.#hangUp();
			await destroy(machine);
			await this.#start(machine);
		});
	}

	async destroy(): Promise<void> {
		// Two commands of Vagrant's at once would be in each other's way.
		await this.#coming?.catch(() => {});
		await this.#remove();
	}

	async #remove(): Promise<void> {
		await this.#hangUp();
		const machine = this.#machine;
		if (machine === undefined) return;
		await destroy(machine);
		this.#machine = undefined;
		this.#states.clear();
		machine.release();
	}

	/** Makes a machine. One that can't be finished is taken away. */
	async #begin(): Promise<void> {
		findVagrant();
		await sweepVagrantMachines();
		const machine = makeMachineDirectory();
		this.#machine = machine;
		try {
			await this.#start(machine);
			this.#options.onPhase?.('save');
			await this.#saveFresh(machine);
		} catch (error) {
			// What it failed for is what is to be told.
			await this.#remove().catch(() => machine.letGo());
			this.#machine = undefined;
			throw error;
		}
	}

	async #start(machine: Owned): Promise<void> {
		const {onPhase, signal} = this.#options;
		onPhase?.('boot');
		await bringUp(machine, {signal});
		await this.#connect(machine, comingMilliseconds);
	}

	/** Not every provider can: then `renew` makes another machine, which takes longer. */
	async #saveFresh(machine: Owned): Promise<void> {
		try {
			await this.#save(machine, fresh);
		} catch (error) {
			if (!(error instanceof VagrantError && error.errorName === 'SnapshotNotSupported')) throw error;
		}
	}

	async #save(machine: Owned, state: string): Promise<void> {
		await saveState(machine, state);
		this.#states.add(state);
	}

	async #goBack(machine: Owned, state: string): Promise<void> {
		await this.#hangUp();
		await restoreState(machine, state);
		await this.#connect(machine, comingMilliseconds);
	}

	#connect(machine: Owned, patienceMilliseconds: number): Promise<AgentClient> {
		const agent = this.#enter(machine, patienceMilliseconds);
		this.#agent = agent;
		// Who waits for it hears of it.
		agent.catch(() => {});
		return agent;
	}

	async #enter(machine: Owned, patienceMilliseconds: number): Promise<AgentClient> {
		const {login = enterAndWake, signal} = this.#options;
		const access = await accessTo(machine);
		const agent = await login(access, {signal, patienceMilliseconds});
		for (const share of this.#shares) await showShare(agent, access, share);
		return agent;
	}

	/** Terminals end with the connection. */
	async #hangUp(): Promise<void> {
		const agent = await this.#agent?.catch(() => undefined);
		this.#agent = undefined;
		agent?.close();
	}

	async #come(work: () => Promise<void>): Promise<void> {
		const coming = work().finally(() => {
			this.#coming = undefined;
		});
		this.#coming = coming;
		await coming;
	}

	#opened(): Owned {
		if (this.#machine === undefined) throw new Error('the sandbox is not running: call up() first');
		return this.#machine;
	}

	/** The agent; a new one if somebody has ended the last, or the machine has started anew by itself. */
	async #running(): Promise<AgentClient> {
		const machine = this.#opened();
		const found = this.#agent;
		if (found === undefined) throw new Error('the sandbox is not running: call up() first');
		const agent = await found.catch(() => undefined);
		if (this.#coming !== undefined || agent?.hasEnded === false) return found;
		// Somebody else may have noticed first.
		return this.#agent === found ? this.#connect(machine, lostMilliseconds) : (this.#agent ?? found);
	}
}

/** How long a machine may take to the first login after Vagrant has called it up. */
const comingMilliseconds = 120_000;
/** And one that was up already: the learner may have taken its network away, or restarted it. */
const lostMilliseconds = 10_000;

/** Logs in, and tells what a machine that was continued can't know: how late it is, and that its random numbers were drawn before. */
async function enterAndWake(access: Access, options: EnterOptions = {}): Promise<AgentClient> {
	const agent = await enter(access, options);
	await Promise.all([agent.setClock(Date.now()), agent.reseed(randomBytes(64))]);
	return agent;
}
