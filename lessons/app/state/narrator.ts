/**
 * The narrator: `drydock watch`, attached to the learner's shell. It tells through the shell's own terminal.
 *
 * It is a bonus. Whatever goes wrong with it means that nothing is told, and never that a lesson doesn't work.
 * @module
 */
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {courseDirectory} from '#lessons/course';
import type {PlayerState} from '#lessons/state';
import type {Sandbox, SandboxTerminal} from '#sandbox';

/** Follows one lesson's shells. */
export interface Narrator {
	/** Attaches to the shell as soon as it is known as a process, and to another one after a reset. */
	follow(sandbox: Sandbox | undefined, state: Pick<PlayerState, 'terminal' | 'shell'>): void;
	/** Lets the shell go. */
	close(): void;
}

/** Makes a narrator, which follows nobody yet. */
export function createNarrator(): Narrator {
	let attachedTo: SandboxTerminal | undefined;
	let leaving = new AbortController();
	return {
		follow: (sandbox, {terminal, shell}) => {
			const isKnown = terminal !== undefined && shell?.pid === terminal.pid;
			if (sandbox === undefined || !isKnown || attachedTo === terminal) return;
			leaving.abort();
			leaving = new AbortController();
			attachedTo = terminal;
			if (sandbox.provider === 'local') attachFromOutside(shell.pid, leaving.signal);
			else attachFromInside(sandbox, shell.pids.at(-1) ?? shell.pid, leaving.signal);
		},
		close: () => leaving.abort(),
	};
}

const watch = (pid: number): readonly string[] => ['watch', '--attach', String(pid), '--report', 'terminal'];

/** A local sandbox's processes are this machine's: from here the narrator is not among those that the lesson is about. */
function attachFromOutside(pid: number, leaving: AbortSignal): void {
	const child = spawn(join(courseDirectory(), 'toolkit/cli/drydock'), watch(pid), {stdio: 'ignore'});
	child.on('error', () => {});
	leaving.addEventListener('abort', () => child.kill(), {once: true});
	child.unref();
}

/** Another kernel's processes can be traced by it alone. */
function attachFromInside(sandbox: Sandbox, pid: number, signal: AbortSignal): void {
	sandbox.exec(['drydock', ...watch(pid)], {signal}).catch(() => {});
}
