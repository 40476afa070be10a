/**
 * A disposable machine: a place where every command is real and nothing matters.
 *
 * One interface, several providers: `local` (a container that this engine makes over a copy-on-write view of the
 * host), `qemu` (a machine with a kernel of its own), `vagrant`. A lesson doesn't know which one it runs in.
 * @module
 */
import type {Snapshot} from '#observe/types';

export type Provider = 'local' | 'qemu' | 'vagrant';

export interface TerminalSize {
	readonly columns: number;
	readonly rows: number;
}

/** A shell of the sandbox on a pty. */
export interface SandboxTerminal {
	/** The shell's process number as `observe()` gives it in `pid`. */
	readonly pid: number;
	write(data: string | Uint8Array): void;
	resize(size: TerminalSize): void;
	/**
	 * Calls `listener` for all that is printed, first at once for what was printed already (its last 64 KiB).
	 * Returns the function that ends this.
	 */
	onData(listener: (data: Uint8Array) => void): () => void;
	/** Called once, also if it has exited already. */
	onExit(listener: (exitCode: number) => void): void;
	/** Hangs up, as closing a terminal window does. */
	close(): void;
}

export interface ExecResult {
	/** As a shell reports it: 128 + n for a signal. */
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
}

export interface ExecOptions {
	readonly input?: string;
	readonly environment?: Readonly<Record<string, string>>;
	readonly workingDirectory?: string;
	/** Ends the command; the promise is then rejected. */
	readonly signal?: AbortSignal;
}

export type SandboxState = 'absent' | 'starting' | 'running' | 'halted';

export interface Sandbox {
	readonly provider: Provider;
	/** Makes and starts it; content if it runs already. */
	up(): Promise<void>;
	status(): Promise<SandboxState>;
	exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
	shell(size: TerminalSize, command?: readonly string[]): Promise<SandboxTerminal>;
	/**
	 * Comes back to a shell that was open when the state was saved that was restored last, by its process's number: its
	 * screen begins with what it printed last. Only where `restore` brings programs back.
	 *
	 * @throws {Error} if there was no such shell.
	 */
	attach?(pid: number, size: TerminalSize): Promise<SandboxTerminal>;
	/** The kernel objects of the sandbox. */
	observe(): Promise<Snapshot>;
	/**
	 * Remembers this state under a name, and goes back to it. Open terminals end on `restore`.
	 *
	 * Files come back with every provider; running processes only with one that keeps a machine's memory (`qemu`).
	 */
	snapshot(name: string): Promise<void>;
	restore(name: string): Promise<void>;
	/** Shows a folder of the host inside, read-only unless asked otherwise. Before `up` it is shown from the start. */
	share(directory: string, at: string, options?: {readonly writable?: boolean}): Promise<void>;
	/** Shows what a shared file or folder holds now, where a share is a copy of it (`qemu`). */
	refresh(path: string): Promise<void>;
	/** Ends what runs in it. `up` starts it again: with its files where the provider has a disk, else fresh. */
	halt(): Promise<void>;
	/** A fresh one in its place, as after the first `up`, by the provider's quickest way. Open terminals end. */
	renew(): Promise<void>;
	/** Nothing is left of it afterwards. */
	destroy(): Promise<void>;
}
