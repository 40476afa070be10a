/**
 * 04 · PID namespace: the exercise. Three functions are yours to write; the rest is the engine's own.
 *
 *     host                  container
 *     4711 drydock
 *     4712 └─ sh            1 sh
 *     4713    └─ sleep      2 └─ sleep
 *
 * Sources: pid_namespaces(7), unshare(2), kill(2), proc_pid_status(5).
 * @module
 */
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import type {ProcessOptions} from '#process';

/**
 * WRITE ME. Makes this process's next child PID 1 of a new namespace. The caller keeps its own numbers.
 *
 * `unshare` of '#kernel/sched' makes the call; the same file has the flags.
 *
 * See: unshare(2), CLONE_NEWPID; "setns(2) and unshare(2) semantics" in pid_namespaces(7).
 */
export function createPidNamespace(): void {
	throw new Error('write me: createPidNamespace()');
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
 * WRITE ME. All the numbers of a process, outermost first: as this process's namespace counts, then each one further in.
 *
 * They stand in one line of /proc/PID/status. `readKernelFile` of '#kernel/file' reads such a file as a string.
 *
 * See: NSpid in proc_pid_status(5).
 */
export function readPidNumbers(_pid: number): readonly number[] {
	throw new Error('write me: readPidNumbers()');
}

/**
 * WRITE ME. Runs a program as the child of a PID 1 that does its duties:
 *
 * 1. It passes on to the child every signal that arrives: `forwardSignals(() => pid, {sharesTerminal})` of
 *    '#process/signals', which returns the function that ends this. This comes first: before it, signals are dropped.
 * 2. It starts the program as its child: `startProcess` of '#process'.
 * 3. At every SIGCHLD it reaps whoever has ended here: `reapOrphans(except)` of '#process/reaper'. The child itself is to
 *    be spared: Node waits for those that it started.
 * 4. It ends when the program ends, with the code that a shell would report: `waitFor` and `shellExitCode` of '#process'.
 *
 * @param _sharesTerminal the program has this process's terminal, which sends it Ctrl-C without our help.
 *
 * See: "The namespace init process" and "Adoption of orphaned children" in pid_namespaces(7).
 */
export async function runAsInit(
	_program: ProcessOptions,
	{sharesTerminal: _sharesTerminal = false} = {},
): Promise<number> {
	throw new Error('write me: runAsInit()');
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
