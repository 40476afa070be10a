/**
 * Exec is joining, not starting: the plan of one more process in a container that runs.
 *
 * The list is short since nothing is made. The mount namespace comes last of those joined: behind it the host's /proc, by
 * which the others are found, is out of sight.
 * @module
 */
import {canHaveCgroup, joinCgroup} from '#cgroup';
import {joinIpcNamespace} from '#ipc';
import {joinNamespace, namespacePath} from '#kernel/namespace';
import type {ProcessName} from '#kernel/pidfd';
import type {Step} from '#kernel/plan';
import {joinMountNamespace} from '#mnt';
import {joinNetNamespace} from '#net';
import {joinPidNamespace} from '#pid';
import {processSteps} from '#process/program';
import {directoryStep} from '#runtime/program-steps';
import {type NamespaceType, namespaceKind, namespaceOf, type ProcessSpec, type Spec} from '#runtime/spec';
import {sessionSteps, terminalSteps} from '#runtime/terminal';
import {securitySteps} from '#security';
import {joinUtsNamespace} from '#uts';

/** One more process for a container. Plain data: it is sent to the init that becomes it. */
export interface ExecRequest {
	/** The container's first process. */
	readonly target: ProcessName;
	/** The container's specification: which namespaces, which limits, which filter. */
	readonly spec: Spec;
	readonly process: ProcessSpec;
	/** `spec.linux.seccomp` compiled beforehand, in base64, for a thread that stays if `execHere` is to use it. */
	readonly filter?: string | undefined;
}

/**
 * The steps by which a process joins a container, up to where it would become the program.
 *
 * @param stays whether it starts the program as a child instead, and goes on as Node.
 */
export function joinPlan({target, spec, process, filter}: ExecRequest, {stays = false} = {}): readonly Step[] {
	const cgroup = spec.linux?.cgroupsPath;
	return [
		...(cgroup === undefined || !canHaveCgroup(cgroup) ? [] : [joinCgroupStep(cgroup)]),
		...joinSteps(target.pid, spec),
		...joinMountSteps(target.pid, spec),
		...(process.terminal === true ? terminalSteps(process, {console: false}) : []),
		directoryStep(process),
		...securitySteps({
			process,
			seccomp: spec.linux?.seccomp,
			stays,
			compiled: filter === undefined ? undefined : Buffer.from(filter, 'base64'),
		}),
	];
}

/** The steps of an exec by an init, which becomes the program. */
export function execPlan(request: ExecRequest): readonly Step[] {
	const {process} = request;
	return [...(process.terminal === true ? [] : sessionSteps()), ...joinPlan(request), ...processSteps(process)];
}

const join: Readonly<Record<Exclude<NamespaceType, 'mount' | 'user'>, (path: string) => void>> = {
	pid: joinPidNamespace,
	ipc: joinIpcNamespace,
	uts: joinUtsNamespace,
	network: joinNetNamespace,
	cgroup: path => joinNamespace(path, 'cgroup'),
};

const joined = ['pid', 'ipc', 'uts', 'network', 'cgroup'] as const;

function joinSteps(pid: number, spec: Spec): readonly Step[] {
	return joined
		.filter(type => namespaceOf(spec, type) !== undefined)
		.map(type => ({
			module: namespaceKind[type],
			title: `join the container's ${type} namespace`,
			why: 'the new process shall see what the others there see',
			// A process never changes its own PID namespace: the starter does it for its next child.
			where: type === 'pid' ? 'host' : 'container',
			run: () => join[type](namespacePath(pid, namespaceKind[type])),
		}));
}

function joinCgroupStep(path: string): Step {
	return {
		module: 'cgroup',
		title: 'join the container’s cgroup',
		why: 'the limits bind all of the container’s processes together',
		run: () => joinCgroup(path),
	};
}

function joinMountSteps(pid: number, spec: Spec): readonly Step[] {
	if (namespaceOf(spec, 'mount') === undefined) return [];
	return [
		{
			module: 'mnt',
			title: 'join the container’s mount table, and its root with it',
			why: 'last, since the host’s files are out of reach behind it',
			run: () => joinMountNamespace(namespacePath(pid, 'mnt')),
		},
	];
}
