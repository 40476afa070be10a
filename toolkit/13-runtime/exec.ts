/**
 * Running one more program in a container, in one of two ways.
 *
 * `execHere`: this process's own main thread joins the container, gives up what the program may not have, starts it and
 * waits. One Node less, half the time; but the thread can't come back, so it is for a process that does nothing else.
 *
 * `execInContainer`: a fresh `init` joins and becomes the program. A terminal needs it: it has to become the program's own
 * between fork and exec, where no JavaScript runs. So does a container with users of its own, which a process with
 * threads can't join.
 *
 * The kernel looks the program up in the container, where `#!/proc/self/exe` would name Node's own file. To write
 * into that is refused (ETXTBSY) as long as the container's watcher executes the same file.
 * @module
 */

import type {ChildProcess} from 'node:child_process';
import type {Duplex} from 'node:stream';
import {attach, canHaveCgroup} from '#cgroup';
import {exactJson} from '#kernel/exact-json';
import {comingBack} from '#kernel/namespace';
import {fetchDescriptor, withProcess} from '#kernel/pidfd';
import {runSteps} from '#kernel/plan';
import {type Descriptor, type ProcessEnd, runToEnd, startProcess, waitFor} from '#process';
import {findProgram} from '#process/program';
import {InitError, listenTo} from '#runtime/channel';
import {type ExecRequest, execPlan, joinPlan} from '#runtime/exec-plan';
import type {InitRequest} from '#runtime/init';
import {initCommand, initEnvironment} from '#runtime/init-command';
import type {LaunchOptions} from '#runtime/launch';
import {hasOwn} from '#runtime/spec';
import {awaitChild, awaitClosedChannel} from '#runtime/user-birth';
import {joinUserNamespaceCommand} from '#user';

/** How to run it. */
export interface ExecOptions extends Pick<LaunchOptions, 'onStep' | 'onReport'> {
	/** The program's descriptors 0, 1, 2; not used with a terminal. */
	readonly descriptors: readonly Descriptor[];
}

/** A program that runs in a container. */
export interface Executed {
	readonly child: ChildProcess;
	/** The number by which the host knows the program. */
	readonly pid: number;
	readonly terminal: number | undefined;
	readonly ended: Promise<ProcessEnd>;
}

/** Whether `execHere` can do it. */
export function canExecHere({process, spec}: ExecRequest): boolean {
	return process.terminal !== true && !hasOwn(spec, 'user');
}

/**
 * Runs a program in a container and waits for its end, by joining with this process's main thread.
 *
 * The thread is then in the container for good, with the program's rights: nothing should follow but `process.exit`.
 *
 * @throws {StepError} if a step fails; {KernelError} `ESRCH` if the container has ended, or why the program can't be run.
 */
export function execHere(request: ExecRequest, options: ExecOptions): ProcessEnd {
	const {args, env, cwd} = request.process;
	withProcess(request.target, () => runSteps(joinPlan(request, {stays: true}), options.onStep));
	const program = findProgram(args[0] ?? '', env);
	return runToEnd({args: [program, ...args.slice(1)], env, cwd, descriptors: options.descriptors, newSession: true});
}

/**
 * Runs a program in a container, by an init that becomes it.
 *
 * @throws {StepError} or {InitError} if a step fails; {KernelError} `ESRCH` if the container has ended.
 */
export async function execInContainer(request: ExecRequest, options: ExecOptions): Promise<Executed> {
	const ownUsers = hasOwn(request.spec, 'user');
	const {child, pid} = withProcess(request.target, () =>
		ownUsers ? startAmongItsUsers(request, options) : startInside(request, options),
	);
	const ended = waitFor(child);
	const terminal = await conversation({child, pid}, ended, request, options);
	return {child, pid, terminal, ended};
}

/** What was started, and the process in it that becomes the program: itself, or its first child. */
type Started = Pick<Executed, 'child' | 'pid'>;

/** Starts an init that is born into the container's PID namespace. */
function startInside(request: ExecRequest, {descriptors, onStep}: ExecOptions): Started {
	return comingBack(['pid'], () => {
		runSteps(
			execPlan(request).filter(step => step.where === 'host'),
			onStep,
		);
		const child = startProcess({args: initCommand(), env: initEnvironment(), descriptors: [...descriptors, 'pipe']});
		return {child, pid: child.pid!};
	});
}

/** Starts an init that a program with one thread takes into the container's user and PID namespaces. */
function startAmongItsUsers({target, spec}: ExecRequest, {descriptors}: ExecOptions): Started {
	const [nsenter = '', ...join] = joinUserNamespaceCommand(target.pid);
	const child = startProcess({
		args: [nsenter, '--pid', ...join, ...initCommand()],
		env: initEnvironment(),
		descriptors: [...descriptors, 'pipe'],
	});
	// Its root may not enter a cgroup of the host's by itself.
	const cgroup = spec.linux?.cgroupsPath;
	const pid = awaitChild(child.pid!);
	if (cgroup !== undefined && canHaveCgroup(cgroup)) attach(cgroup, pid);
	return {child, pid};
}

/** Talks with init until it has become the program. Yields the terminal's master, if there is one. */
function conversation(
	{child, pid}: Started,
	ended: Promise<ProcessEnd>,
	exec: ExecRequest,
	{onReport}: ExecOptions,
): Promise<number | undefined> {
	const channel = child.stdio[3] as Duplex;
	return new Promise((resolve, reject) => {
		let terminal: number | undefined;
		ended.catch(reject);
		listenTo(
			channel,
			report => {
				onReport?.(report);
				if (report.report === 'failed') reject(new InitError(report.failure));
				if (report.report !== 'terminal') return;
				terminal = fetchDescriptor(pid, report.fd);
				channel.write('go on\n');
			},
			() => resolve(terminal),
		);
		// Whoever joined its users holds the channel open, too: that init has closed it must be seen from outside.
		if (hasOwn(exec.spec, 'user')) void awaitClosedChannel(pid).then(() => resolve(terminal));
		const request: InitRequest = {become: 'exec', exec, explain: onReport !== undefined};
		channel.write(`${exactJson(request)}\n`);
	});
}
