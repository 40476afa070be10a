/**
 * Narration: what the kernel does for a command, call by call, told while it happens.
 *
 *     command ──mount(…)──▶ kernel
 *        │ stands still
 *        └──▶ drydock watch: "a file system of the kind tmpfs is mounted on /mnt"  ▶ goes on
 *
 * The surprise: to look is to take part. A traced program stops for each look, its set-user-id bits do nothing unless its
 * tracer could have them too, and nobody else can trace it. What can't be told truly is said: see `Notice`.
 *
 * Next: tracer.ts is the loop; deeds.ts lists what is told, sentences.ts says it, places.ts where the toolkit does the same.
 *
 * Sources: ptrace(2), seccomp(2).
 * @module
 */
import {closeSync, writeSync} from 'node:fs';
import {constants} from 'node:os';
import {KernelName, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';
import {
	interruptsCalls,
	PTRACE_O_EXITKILL,
	PTRACE_O_TRACECLONE,
	PTRACE_O_TRACEEXEC,
	PTRACE_O_TRACEFORK,
	PTRACE_O_TRACESECCOMP,
	PTRACE_O_TRACESYSGOOD,
	PTRACE_O_TRACEVFORK,
} from '#kernel/ptrace';
import {kill} from '#kernel/signal';
import {openPipe, spawnProgram} from '#kernel/spawn';
import {selectFamily} from '#observe/family';
import {listProcessStats} from '#observe/processes';
import {findProgram} from '#process/program';
import {ownPowers} from './powers.ts';
import type {TraceEnd, TraceOptions} from './traced-call.ts';
import {threadsOf} from './tracee.ts';
import {Tracer} from './tracer.ts';

const SIG_IGN = 1;
/** ualarm(3) takes less than a second. */
const ALARM_MICROSECONDS = 900_000;
const traceAll =
	PTRACE_O_TRACESYSGOOD |
	PTRACE_O_TRACEFORK |
	PTRACE_O_TRACEVFORK |
	PTRACE_O_TRACECLONE |
	PTRACE_O_TRACEEXEC |
	PTRACE_O_TRACESECCOMP;

/** Waits for a line on descriptor 3, then becomes the command; without one, whoever should trace it could not. */
const becomeWhenTold = 'read _ <&3 || exit; exec 3<&-; exec "$@"';

/**
 * Runs a command on this process's standard descriptors and tells of its calls, and those of all that it starts. If this
 * process is killed, they are too.
 *
 * While it runs, this process does nothing else: it waits in the kernel. SIGINT and SIGQUIT are the command's affair, whose
 * terminal it is; SIGTERM and SIGHUP are passed on.
 *
 * @throws {KernelError} `execve` `ENOENT` or `EACCES` if there is no such program; `EPERM` where tracing is forbidden.
 */
export async function traceCommand(command: readonly string[], options: TraceOptions): Promise<TraceEnd> {
	const environment = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
	findProgram(command[0] ?? '', environment);
	const tracer = new Tracer(options, ownPowers(), traceAll | PTRACE_O_EXITKILL);
	const gate = openPipe();
	const argv = ['sh', '-c', becomeWhenTold, 'sh', ...command];
	const pid = spawnProgram('/bin/sh', argv, environment, gate.reading);
	closeSync(gate.reading);
	try {
		tracer.begin(pid, [pid], becomeWhenTold);
		writeSync(gate.writing, '\n');
	} finally {
		closeSync(gate.writing);
	}
	const passOn = (signal: NodeJS.Signals): void => {
		if (!tracer.hasEnded) tolerate(['ESRCH'], () => kill(pid, constants.signals[signal]));
		// Only processes are left that it left behind: they go with their tracer.
		else process.exit(128 + constants.signals[signal]);
	};
	const leaveAfterwards = (signal: NodeJS.Signals): void => {
		if (tracer.hasEnded) process.exit(128 + constants.signals[signal]);
	};
	return withSignals({SIGINT: leaveAfterwards, SIGQUIT: leaveAfterwards, SIGTERM: passOn, SIGHUP: passOn}, turn =>
		tracer.run(turn),
	);
}

/**
 * Attaches to a process that runs, a shell say, and tells of its calls and those of all that it starts from now on. The
 * process lives on if this one ends; on SIGINT, SIGTERM or SIGHUP, or when nobody listens any more, it is let go.
 *
 * Programs under the filter need their tracer until they end, so after such a signal this process stays, silently, until
 * they have; a second signal ends it at once. If it is killed, calls that the filter stops fail in them with ENOSYS.
 *
 * @throws {KernelError} `ptrace` `EPERM` if it may not be traced or has a tracer; `ESRCH` if there is no such process.
 */
export async function traceProcess(pid: number, options: TraceOptions): Promise<TraceEnd> {
	const tracer = new Tracer(options, ownPowers(), traceAll);
	tracer.begin(pid, threadsOf(pid));
	// They may end meanwhile, or have another tracer.
	for (const below of options.below === true ? processesBelow(pid) : [])
		tolerate(['ENOENT', 'ESRCH', 'EPERM'], () => tracer.join(below, threadsOf(below)));
	let isLeaving = false;
	const leave = (signal: NodeJS.Signals): void => {
		if (isLeaving) process.exit(128 + constants.signals[signal]);
		isLeaving = true;
		tracer.leave();
	};
	return withSignals({SIGINT: leave, SIGTERM: leave, SIGHUP: leave}, turn =>
		tracer.run(async () => {
			await turn();
			if (!isLeaving && options.isHeard?.() === false) leave('SIGHUP');
		}),
	);
}

/** Who runs below a process, parents before their children. */
function processesBelow(pid: number): readonly number[] {
	return selectFamily(listProcessStats(), pid).flatMap(each => (each.pid === pid ? [] : each.pid));
}

/**
 * Runs `use` with listeners for signals. A wait in the kernel keeps Node from its listeners: the signals end the wait, and
 * `turn` then lets Node call them. What falls between two waits ends none: a signal comes to light at the next alarm, and one
 * alarm that is lost so must not be the last.
 */
async function withSignals<T>(
	listeners: Partial<Record<NodeJS.Signals, (signal: NodeJS.Signals) => void>>,
	use: (turn: () => Promise<void>) => Promise<T>,
): Promise<T> {
	const all = {...listeners, SIGALRM: doNothing};
	// A terminal may be set to stop whoever writes to it from the background: then all would stand still.
	call('signal', [constants.signals.SIGTTOU, SIG_IGN], {
		returns: 'long',
		show: () => [new KernelName('SIGTTOU'), new KernelName('SIG_IGN')],
	});
	for (const [name, listener] of Object.entries(all)) {
		process.on(name, listener);
		interruptsCalls(constants.signals[name as NodeJS.Signals]);
	}
	const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
	try {
		await turn();
		call('ualarm', [ALARM_MICROSECONDS, ALARM_MICROSECONDS]);
		return await use(turn);
	} finally {
		call('ualarm', [0, 0]);
		for (const [name, listener] of Object.entries(all)) process.off(name, listener);
	}
}

function doNothing(): void {}
