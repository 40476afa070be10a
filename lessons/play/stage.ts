/**
 * The stage of a lesson: its sandbox, made ready, with the learner's shell in it.
 *
 *     sandbox ──prepare──▶ ready ──▶ shell ──▶ look(): the kernel's objects ──▶ world(): what a check may see
 *
 * @module
 */
import {basename} from 'node:path';
import type {ObservedProcess, Snapshot} from '#observe/types';
import type {Sandbox, SandboxState, SandboxTerminal, TerminalSize} from '#sandbox';
import {ExplainedError, localized} from '#words/explained-error';
import type {CommandResult, Lesson, World} from '../lesson.ts';
import type {CommandRunner} from '../module-tests.ts';
import type {Mark} from './branches.ts';
import {messages} from './messages.ts';
import {typeLines} from './typing.ts';

/** The kernel's objects, and where the learner's shell is among them. */
export interface Look {
	readonly now: Snapshot;
	readonly shell: ObservedProcess | undefined;
	readonly family: readonly ObservedProcess[];
}

/** A command beside the learner's shell must come to an end. */
const COMMAND_MILLISECONDS = 20_000;
const TESTS_MILLISECONDS = 90_000;

export class Stage {
	#sandbox: Sandbox;
	readonly #lesson: Lesson;
	#size: TerminalSize;
	#printed = '';
	terminal: SandboxTerminal | undefined;
	shellExitCode: number | undefined;
	/** Grows with all that the shell prints. */
	bytesPrinted = 0;
	/** How many lines were entered into this shell, by the learner or for them. */
	linesEntered = 0;
	/** Whether something was run for the learner, beside the shell. */
	hasActed = false;
	/** Called when the learner's shell ends. */
	onShellEnd: () => void = () => {};

	constructor(sandbox: Sandbox, lesson: Lesson, size: TerminalSize) {
		this.#sandbox = sandbox;
		this.#lesson = lesson;
		this.#size = size;
	}

	/** Brings the sandbox up. */
	up(): Promise<void> {
		return this.#sandbox.up();
	}

	/** Prepares the sandbox for the lesson, and opens the learner's shell. */
	async open(): Promise<void> {
		await this.prepare(this.#lesson.prepare ?? []);
		await this.openShell();
	}

	/** Another sandbox from now on, which is still to be brought up. */
	moveTo(sandbox: Sandbox): void {
		this.#sandbox = sandbox;
	}

	/** The same with a fresh sandbox. */
	async renew(): Promise<void> {
		this.closeShell();
		await this.#sandbox.renew();
		await this.open();
	}

	/** Whether the sandbox's snapshots hold its running programs. */
	get keepsMemory(): boolean {
		return this.#sandbox.provider === 'qemu';
	}

	/** Whether the learner has done anything since the last moment that was remembered. */
	get hasChanged(): boolean {
		return this.linesEntered > 0 || this.hasActed;
	}

	/** Remembers this moment. */
	async snapshot(name: string): Promise<void> {
		await this.#sandbox.snapshot(name);
		this.#unchanged();
	}

	/** Goes back to a moment, and to the shell of that moment; with a fresh one where that is lost. */
	async restore(name: string, {shell, workingDirectory}: Pick<Mark, 'shell' | 'workingDirectory'>): Promise<void> {
		this.closeShell();
		await this.#sandbox.restore(name);
		const attached = shell === undefined ? undefined : await this.#attach(shell);
		if (attached === undefined) await this.openShell(workingDirectory);
		else this.#show(attached);
		this.#unchanged();
	}

	/**
	 * Runs lines beside the shell.
	 *
	 * @throws {ExplainedError} if one of them fails, with what it said.
	 */
	async prepare(lines: readonly string[]): Promise<void> {
		if (lines.length === 0) return;
		const {exitCode, stderr} = await this.run(['set -e', ...lines].join('\n'));
		if (exitCode === 0) return;
		throw new ExplainedError(messages.notPrepared(localized(lastLine(stderr) || `exit code ${exitCode}`)));
	}

	/** Runs a module's tests in the sandbox: what they do to the kernel, a learner's mistakes too, stays inside. */
	readonly runner: CommandRunner = (command, workingDirectory) =>
		this.#sandbox.exec(command, {workingDirectory, signal: AbortSignal.timeout(TESTS_MILLISECONDS)});

	/** Brings a file that was edited outside into the sandbox, where that is needed. */
	refresh(path: string): Promise<void> {
		return this.#sandbox.refresh(path);
	}

	/** Shows a text in place of a file, in this sandbox only. */
	async cover(path: string, text: string): Promise<void> {
		const cover = `/tmp/cover-${basename(path)}`;
		const script = 'cat > "$0" && mount --bind "$0" "$1"';
		const {exitCode, stderr} = await this.#sandbox.exec(['sh', '-c', script, cover, path], {input: text});
		if (exitCode !== 0) throw new Error(`can't cover ${path}: ${lastLine(stderr)}`);
	}

	/** What the shell printed last, in one line. */
	get lastWords(): string {
		return lastLine(this.#printed.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, ''));
	}

	status(): Promise<SandboxState> {
		return this.#sandbox.status();
	}

	async run(command: string): Promise<CommandResult> {
		return this.#sandbox.exec(['sh', '-c', command], {signal: AbortSignal.timeout(COMMAND_MILLISECONDS)});
	}

	async openShell(workingDirectory?: string): Promise<void> {
		this.closeShell();
		const shell = await this.#sandbox.shell(
			this.#size,
			workingDirectory === undefined ? undefined : shellIn(workingDirectory),
		);
		this.#show(shell);
	}

	/** The shell of the moment that was restored; undefined where shells don't come back. */
	async #attach(pid: number): Promise<SandboxTerminal | undefined> {
		return this.#sandbox.attach?.(pid, this.#size).catch(() => undefined);
	}

	#show(shell: SandboxTerminal): void {
		this.shellExitCode = undefined;
		this.linesEntered = 0;
		const terminal = this.#counting(shell);
		this.terminal = terminal;
		this.#printed = '';
		shell.onData(data => {
			this.bytesPrinted += data.length;
			this.#printed = (this.#printed + Buffer.from(data).toString()).slice(-2_000);
		});
		shell.onExit(exitCode => {
			if (this.terminal !== terminal) return;
			this.shellExitCode = exitCode;
			this.onShellEnd();
		});
	}

	closeShell(): void {
		this.terminal?.close();
		this.terminal = undefined;
	}

	resize(size: TerminalSize): void {
		this.#size = size;
		this.terminal?.resize(size);
	}

	/** @throws {ExplainedError} if the shell has ended. */
	async type(lines: readonly string[], signal?: AbortSignal): Promise<void> {
		if (this.terminal === undefined || this.shellExitCode !== undefined) throw new ExplainedError(messages.shellEnded);
		await typeLines(this.terminal, lines, {signal});
	}

	async look(): Promise<Look> {
		const now = await this.#sandbox.observe();
		const pid = this.shellExitCode === undefined ? this.terminal?.pid : undefined;
		const shell = now.processes.find(process => process.pid === pid);
		return {now, shell, family: shell === undefined ? [] : descendants(now.processes, shell)};
	}

	world(before: Snapshot, look: Look): World {
		return {before, ...look, run: command => this.run(command)};
	}

	#unchanged(): void {
		this.linesEntered = 0;
		this.hasActed = false;
	}

	/** The terminal, counting the lines entered: somebody who has typed nothing has done nothing wrong. */
	#counting(terminal: SandboxTerminal): SandboxTerminal {
		return {
			pid: terminal.pid,
			onData: listener => terminal.onData(listener),
			onExit: listener => terminal.onExit(listener),
			resize: size => terminal.resize(size),
			close: () => terminal.close(),
			write: data => {
				if (Buffer.from(data).includes('\r')) this.linesEntered++;
				terminal.write(data);
			},
		};
	}
}

/** The usual shell, in a directory, if that is still there. A bash that only changes it would drop the prompt. */
function shellIn(directory: string): readonly string[] {
	return ['sh', '-c', 'cd -- "$0" 2>/dev/null; exec bash --norc --noprofile -i', directory];
}

function descendants(processes: readonly ObservedProcess[], root: ObservedProcess): readonly ObservedProcess[] {
	const childrenOf = Map.groupBy(processes, ({ppid}) => ppid);
	const family = [root];
	for (const member of family) family.push(...(childrenOf.get(member.pid) ?? []));
	return family;
}

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1)?.trim() ?? '';
}
