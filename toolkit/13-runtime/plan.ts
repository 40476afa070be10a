/**
 * The plan of a container: what modules 01 to 12 contribute, in the order in which it works.
 *
 * The order is the lesson. A process comes first, since nothing else can hold namespaces; it enters its cgroup before it
 * uses anything, and its namespaces before it changes what is in them. Mounts come before the pivot that puts the old
 * root out of reach; capabilities go after everything that needs them; the filter comes last, since it may forbid the rest.
 * @module
 */
import {bridgeSteps} from '#bridge';
import {attach, canHaveCgroup, cgroupSteps} from '#cgroup';
import {ipcSteps, joinIpcNamespace} from '#ipc';
import type {Step} from '#kernel/plan';
import {unionSteps} from '#layers';
import {deviceSteps, mountNamespaceSteps, mountSteps} from '#mnt';
import {netSteps} from '#net';
import {joinPidNamespace, pidSteps} from '#pid';
import {rootfsSteps, rootMountSteps} from '#rootfs';
import {awaitStartStep, type Birth, birthSteps, instructStep, unborn} from '#runtime/birth';
import {cgroupNamespaceSteps} from '#runtime/cgroup-namespace';
import type {Container} from '#runtime/container';
import {dieWithWatcherStep, lastSteps, madeDirectoryStep} from '#runtime/program-steps';
import {idMapsOf, type NamespaceType, namespaceOf, type ProcessSpec, type Spec} from '#runtime/spec';
import {sysctlSteps} from '#runtime/sysctl';
import {sessionSteps, terminalSteps} from '#runtime/terminal';
import {securitySteps} from '#security';
import {joinUtsNamespace, utsSteps} from '#uts';

/**
 * All steps of a container, those of the host and those inside, in one list.
 *
 * @param birth what only a living start knows; without it the list can be printed and undone, not run on the host.
 */
export function containerPlan(container: Container, birth: Birth = unborn): readonly Step[] {
	const {spec, union, bridge} = container;
	const rootfs = spec.root?.path ?? '/';
	const program = requireProcess(spec);
	const limits = {path: spec.linux?.cgroupsPath ?? `drydock/${container.id}`, resources: spec.linux?.resources ?? {}};
	const maps = idMapsOf(spec);
	const ownUsers = maps !== undefined;
	const network = netSteps(netOptions(spec));
	const firstProcess = birthSteps(birth, maps);
	return [
		// With users of its own it makes these by itself: they belong to the users of whoever makes them.
		...(ownUsers ? [] : [...network, ...joinOr(spec, 'pid', joinPidNamespace, pidSteps(), 'host')]),
		...firstProcess.filter(isHost),
		...cgroupSteps(limits).filter(isHost),
		...(ownUsers ? [putIntoCgroupStep(limits.path, birth)] : []),
		...(union === undefined ? [] : unionSteps(union).filter(isHost)),
		instructStep(birth),
		...(bridge === undefined ? [] : bridgeSteps({...bridge, networkNamespace: birth.networkNamespace})),

		...cgroupSteps(limits).filter(isInside),
		...firstProcess.filter(isInside),
		...(ownUsers ? network.map(step => ({...step, where: 'container' as const})) : []),
		...joinOr(spec, 'ipc', joinIpcNamespace, ipcSteps()),
		...joinOr(spec, 'uts', joinUtsNamespace, utsSteps(names(spec))),
		// Before /proc/sys becomes read-only; the host's own is asked, and answers for the namespaces of whoever asks.
		...sysctlSteps(spec),
		...cgroupNamespaceSteps(namespaceOf(spec, 'cgroup')),
		...mountNamespaceSteps(mountNamespaceOptions(spec)),
		...(union === undefined ? rootMountSteps(rootfs) : unionSteps(union).filter(isInside)),
		...mountSteps({rootfs, mounts: spec.mounts ?? []}),
		...deviceSteps({rootfs, devices: spec.linux?.devices}),
		...rootfsSteps({
			rootfs,
			readonly: spec.root?.readonly,
			maskedPaths: spec.linux?.maskedPaths,
			readonlyPaths: spec.linux?.readonlyPaths,
			propagation: spec.linux?.rootfsPropagation,
		}),
		...(program.terminal === true ? terminalSteps(program, {console: true}) : sessionSteps()),
		madeDirectoryStep(program),
		awaitStartStep,
		...securitySteps({
			process: program,
			seccomp: spec.linux?.seccomp,
			stays: container.init ?? false,
			compiled: container.filter === undefined ? undefined : Buffer.from(container.filter, 'base64'),
			afterUser: [dieWithWatcherStep],
		}),
		...lastSteps(program, container.init ?? false),
	];
}

/** Who has users of its own may not write to the host's cgroups, not even to enter one: it is put there. */
function putIntoCgroupStep(path: string, birth: Birth): Step {
	return {
		module: 'cgroup',
		title: 'put it into the cgroup',
		why: 'a root of other users may not enter it by itself',
		where: 'host',
		run: () => {
			if (canHaveCgroup(path)) attach(path, birth.first());
		},
	};
}

const isHost = (step: Step): boolean => step.where === 'host';
const isInside = (step: Step): boolean => step.where !== 'host';

/** A namespace of one's own by its module's steps, another's by joining it, or none. */
function joinOr(
	spec: Spec,
	type: NamespaceType,
	join: (path: string) => void,
	own: readonly Step[],
	where: 'host' | 'container' = 'container',
): readonly Step[] {
	const namespace = namespaceOf(spec, type);
	if (namespace === undefined) return [];
	if (namespace.path === undefined) return own;
	const path = namespace.path;
	return [
		{
			module: type,
			title: `join the ${type} namespace at ${path}`,
			why: 'this container shares it with another',
			where,
			run: () => join(path),
		},
	];
}

function requireProcess({process}: Spec): ProcessSpec {
	if (process === undefined) throw new Error('the specification has no "process": nothing would run');
	return process;
}

function names({hostname, domainname}: Spec) {
	return {...(hostname === undefined ? {} : {hostname}), ...(domainname === undefined ? {} : {domainname})};
}

function netOptions(spec: Spec) {
	const namespace = namespaceOf(spec, 'network');
	return namespace === undefined
		? ({kind: 'host'} as const)
		: namespace.path === undefined
			? ({kind: 'own'} as const)
			: ({kind: 'join', path: namespace.path} as const);
}

function mountNamespaceOptions(spec: Spec) {
	const path = namespaceOf(spec, 'mount')?.path;
	const propagation = spec.linux?.rootfsPropagation;
	return {...(path === undefined ? {} : {path}), ...(propagation === undefined ? {} : {propagation})};
}
