/**
 * 04 · PID namespace: a container counts its processes from 1.
 *
 *     host                  container
 *     4711 drydock
 *     4712 └─ sh            1 sh
 *     4713    └─ sleep      2 └─ sleep
 *
 * The surprise: unshare(2) leaves the caller where it is. Its *next child* becomes PID 1; when PID 1 ends the kernel
 * kills the rest, and no later child can be born there (fork fails with ENOMEM).
 *
 * PID 1 has duties: it adopts every orphan and must reap it, and a signal that it has no handler for is dropped, even
 * SIGTERM. Few programs know that; `runAsInit` does these duties for them (docker's `--init`).
 *
 * Next: 05-mnt mounts a /proc that shows these numbers.
 *
 * Sources: pid_namespaces(7), unshare(2), kill(2).
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
	// Before anything is started: until then PID 1 has no handlers, and the kernel drops what it has no handler for.
	const stopForwarding = forwardSignals(() => main, {sharesTerminal});
	const reap = (): void => void reapOrphans(new Set(main === undefined ? [] : [main]));
	process.on('SIGCHLD', reap);
	try {
		const child = startProcess(program);
		main = child.pid;
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
