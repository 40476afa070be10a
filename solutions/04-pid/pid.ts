/**
 * 04 · PID namespace: the solution. The same module as toolkit/04-pid/pid.ts, told for somebody who has just written it.
 *
 *     host                  container
 *     4711 drydock
 *     4712 └─ sh            1 sh
 *     4713    └─ sleep      2 └─ sleep
 *
 * Sources: pid_namespaces(7), unshare(2), kill(2), proc_pid_status(5).
 * @module
 */
import {readKernelFile} from '#kernel/file';
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {CLONE_NEWPID, unshare} from '#kernel/sched';
import {type ProcessOptions, shellExitCode, startProcess, waitFor} from '#process';
import {reapOrphans} from '#process/reaper';
import {forwardSignals} from '#process/signals';

/**
 * Makes this process's next child PID 1 of a new namespace. The caller keeps its own numbers.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` when called twice without coming back in between.
 */
export function createPidNamespace(): void {
	// That is all. What makes it hard to understand is who is concerned: not the caller, but the child that it starts next.
	unshare(CLONE_NEWPID);
}

/**
 * Lets this process's next children be born into the PID namespace at `path`, such as /proc/PID/ns/pid.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` if it isn't a descendant of the caller's own.
 */
export function joinPidNamespace(path: string): void {
	joinNamespace(path, 'pid');
}

/**
 * All the numbers of a process, outermost first: as this process's namespace counts, then each one further in.
 *
 * @throws {KernelError} `ENOENT` if there is no such process.
 */
export function readPidNumbers(pid: number): readonly number[] {
	// `NSpid:	4712	1`. The list begins with the namespace that this /proc was mounted in, so with `pid` itself.
	const line = /^NSpid:\s*(.*)$/m.exec(readKernelFile(`/proc/${pid}/status`));
	// Kernels before 4.1 don't tell; then only the number that was asked for is known.
	return line === null ? [pid] : line[1]!.split(/\s+/).map(Number);
}

/**
 * Runs a program as the child of a PID 1 that does its duties: passes signals on, reaps whoever it adopts, and ends
 * when the program ends. The namespace ends with it.
 *
 * @param sharesTerminal the program has this process's terminal, which sends it Ctrl-C without our help.
 * @returns the exit code to end with, as a shell would report it.
 */
export async function runAsInit(program: ProcessOptions, {sharesTerminal = false} = {}): Promise<number> {
	let main: number | undefined;
	// First duty. To listen for a signal is to have a handler, and only so does PID 1 hear it at all. So the handlers come
	// before the program: a signal that arrives between the two waits for the event loop, and by then `main` is known.
	const stopForwarding = forwardSignals(() => main, {sharesTerminal});
	// Second duty: whoever ends here and isn't our child was an orphan that the kernel gave to us. Node waits for its own
	// children itself; if we asked for them first, it would never learn how they ended.
	const reap = (): void => void reapOrphans(new Set(main === undefined ? [] : [main]));
	process.on('SIGCHLD', reap);
	try {
		const child = startProcess(program);
		main = child.pid;
		// Third duty: to end when the program ends. The kernel then kills whoever is left in the namespace.
		return shellExitCode(await waitFor(child));
	} finally {
		process.off('SIGCHLD', reap);
		stopForwarding();
	}
}

/** What this module adds to the plan of a container. */
export function pidSteps(): readonly Step[] {
	return [
		{
			module: 'pid',
			title: 'count processes from 1',
			why: 'inside, the container must see and signal only its own processes',
			// On the host: the caller stays, and the child that it starts next is PID 1.
			where: 'host',
			run: createPidNamespace,
			// Nothing to undo: the namespace goes with its last process.
		},
	];
}
