/**
 * The `qemu` sandbox: a machine with a kernel of its own, back to pristine in a moment.
 *
 *     template ──restore──▶ machine 1 ──(ruined)──▶ away
 *         └─────restore──▶ machine 2, which stood ready
 *
 * It can be ruined: a fork bomb, `rm -rf /`, a panic hit a machine that is thrown away. What comes back is not repaired;
 * it is another one, continued from the same moment.
 *
 * The surprise: a snapshot holds running processes. A shell that was open goes on where it was; only its wire to us is
 * new, and `attach` leads back to it.
 * @module
 */
import type {Snapshot} from '#observe/types';
import type {ExecOptions, ExecResult, Sandbox, SandboxState, SandboxTerminal, TerminalSize} from '#sandbox';
import {type Dock, removeDock, temporaryDock} from '../machine/dock.ts';
import {findSnapshot, readSnapshots} from '../machine/history.ts';
import {pauseMachine, resumeMachine} from '../machine/machine.ts';
import {restoreMachine} from '../machine/restore.ts';
import {takeSnapshot} from '../machine/snapshot.ts';
import {keepSpare, type Spare} from '../machine/spare.ts';
import type {Template} from '../machine/template.ts';
import {dismiss, type Guest, greet, hasEnded, tieTogether, wake} from './guest.ts';
import {type PreparationOptions, prepare} from './preparation.ts';
import {type PackedShare, packShare, type Share, showShare, writablePaths} from './share.ts';
import {sweep} from './sweep.ts';

/** Makes a sandbox. Nothing runs until `up()`. */
export function qemuSandbox(options: PreparationOptions = {}): Sandbox {
	return new QemuSandbox(options);
}

/** All that runs of a sandbox that is up. */
interface Harbour {
	readonly template: Template;
	readonly dock: Dock;
	readonly spare: Spare<Guest>;
}

class QemuSandbox implements Sandbox {
	readonly provider = 'qemu';
	readonly #options: PreparationOptions;
	#harbour: Promise<Harbour> | undefined;
	#guest: Promise<Guest> | undefined;
	#shares: readonly Share[] = [];
	/** The programs that have terminals of ours now, and those that had when a state was saved, by their numbers. */
	#terminals = new Set<number>();
	readonly #saved = new Map<string, readonly number[]>();

	constructor(options: PreparationOptions) {
		this.#options = options;
	}

	async up(): Promise<void> {
		if ((await this.status()) !== 'running') await this.renew();
	}

	async status(): Promise<SandboxState> {
		if (this.#guest === undefined) return 'absent';
		const guest = await this.#guest.catch(() => undefined);
		if (guest === undefined) return 'absent';
		return hasEnded(guest) ? 'halted' : 'running';
	}

	async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
		return (await this.#running()).agent.exec(command, options);
	}

	async shell(size: TerminalSize, command?: readonly string[]): Promise<SandboxTerminal> {
		return this.#noted(await (await this.#running()).agent.shell(size, command));
	}

	async attach(pid: number, size: TerminalSize): Promise<SandboxTerminal> {
		return this.#noted(await (await this.#running()).agent.attach(pid, size));
	}

	async observe(): Promise<Snapshot> {
		return (await this.#running()).agent.observe();
	}

	async snapshot(name: string): Promise<void> {
		const {machine} = await this.#running();
		const terminals = [...this.#terminals];
		await takeSnapshot(machine, name);
		this.#saved.set(name, terminals);
	}

	async restore(name: string): Promise<void> {
		const {template, dock} = await this.#opened();
		const snapshot = findSnapshot(readSnapshots(dock), name);
		await this.#replace(() => continued(template, dock, snapshot, this.#saved.get(name)));
	}

	async share(directory: string, at: string, {writable = false} = {}): Promise<void> {
		const share = {directory, at, writable, number: this.#shares.length};
		this.#shares = [...this.#shares, share];
		if (this.#guest === undefined) return;
		const {dock} = await this.#opened();
		await showShare(await this.#guest, await packShare(share, dock));
	}

	async refresh(path: string): Promise<void> {
		const {agent} = await this.#running();
		for (const inside of writablePaths(this.#shares, path)) await agent.put(path, inside);
	}

	async halt(): Promise<void> {
		await this.#away();
	}

	async renew(): Promise<void> {
		this.#harbour ??= this.#open();
		const {spare} = await this.#harbour;
		await this.#replace(() => spare.take());
	}

	async destroy(): Promise<void> {
		await this.#away();
		const harbour = await this.#harbour?.catch(() => undefined);
		this.#harbour = undefined;
		if (harbour === undefined) return;
		await harbour.spare.end();
		removeDock(harbour.dock);
	}

	async #open(): Promise<Harbour> {
		try {
			sweep();
			const template = await prepare(this.#options);
			const dock = temporaryDock();
			const shares = await Promise.all(this.#shares.map(share => packShare(share, dock)));
			return {template, dock, spare: reserve(template, dock, shares)};
		} catch (error) {
			this.#harbour = undefined;
			throw error;
		}
	}

	/** Another machine in this one's place. It comes while the old one goes: that takes the kernel a while. */
	async #replace(come: () => Promise<Guest>): Promise<void> {
		const going = this.#away();
		// What hinders it is told when the new one is there.
		going.catch(() => {});
		await this.#bring(come());
		await going;
	}

	/** Puts a machine to work. */
	async #bring(coming: Promise<Guest>): Promise<void> {
		this.#guest = coming.then(async guest => {
			await resumeMachine(guest.machine);
			tieTogether(guest);
			await wake(guest);
			return guest;
		});
		try {
			await this.#guest;
		} catch (error) {
			this.#guest = undefined;
			throw error;
		}
	}

	async #away(): Promise<void> {
		const going = this.#guest;
		this.#guest = undefined;
		this.#terminals = new Set();
		const guest = await going?.catch(() => undefined);
		if (guest !== undefined) await dismiss(guest);
	}

	/** Keeps in mind which terminals of this machine are open. */
	#noted(terminal: SandboxTerminal): SandboxTerminal {
		const terminals = this.#terminals;
		terminals.add(terminal.pid);
		terminal.onExit(() => terminals.delete(terminal.pid));
		return terminal;
	}

	async #opened(): Promise<Harbour> {
		if (this.#harbour === undefined) throw new Error('the sandbox is not running: call up() first');
		return this.#harbour;
	}

	async #running(): Promise<Guest> {
		if (this.#guest === undefined) throw new Error('the sandbox is not running: call up() first');
		return this.#guest;
	}
}

/** A machine continued and greeted. */
async function continued(
	template: Template,
	dock: Dock,
	snapshot?: ReturnType<typeof findSnapshot>,
	keep?: readonly number[],
): Promise<Guest> {
	const machine = await restoreMachine(template, {dock, snapshot});
	try {
		return await greet(machine, {keep});
	} catch (error) {
		await machine.stop();
		throw error;
	}
}

function reserve(template: Template, dock: Dock, shares: readonly PackedShare[]): Spare<Guest> {
	return keepSpare<Guest>({
		make: async () => {
			const guest = await continued(template, dock);
			for (const share of shares) await showShare(guest, share);
			return guest;
		},
		lay: async guest => {
			// An emulated CPU is slow whenever it runs something for the first time.
			await guest.agent.exec(['true']);
			// It costs its memory while it waits, and no time of the CPU.
			await pauseMachine(guest.machine);
		},
		discard: dismiss,
		isGood: guest => !hasEnded(guest),
		memoryBytes: template.blueprint.hardware.memoryBytes,
	});
}
