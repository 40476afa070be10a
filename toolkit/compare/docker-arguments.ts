/**
 * From a container's specification back to the words of `docker run`.
 *
 *     linux.resources.memory.limit: 67108864   ──▶   --memory 67108864
 *     process.capabilities.bounding: […]       ──▶   --cap-drop ALL --cap-add …
 *
 * Only what was asked for is said: where the specification has docker's default, docker is left to choose it.
 *
 * Source: docker run(1).
 * @module
 */
import {isEngines} from '#compare/stand-ins';
import type {ContainerRecord} from '#engine';
import {defaultMounts, type Mount} from '#mnt';
import {hasOwn, namespaceOf, type Spec} from '#runtime';
import type {Rlimit} from '#security';
import {defaultCapabilities} from '#security/capabilities';

/** What the specification doesn't tell. */
export interface DockerRun {
	readonly name: string;
	readonly image: string;
	readonly engine: 'docker' | 'podman';
	readonly command: readonly string[];
	/** The mounts, with sources for the twin. */
	readonly mounts: readonly Mount[];
	/** Limits that the engine would choose otherwise. */
	readonly limitsKept?: readonly Rlimit[] | undefined;
}

/** The arguments of `docker run` for a container like this one. */
export function dockerArguments(
	record: ContainerRecord,
	{name, image, engine, command, mounts, limitsKept = []}: DockerRun,
): readonly string[] {
	const {spec, init} = record.container;
	const {process: program} = spec;
	const flag = (option: string, isSet: boolean | undefined): readonly string[] => (isSet === true ? [option] : []);
	const user =
		program === undefined || program.user.uid === 0 ? [] : ['--user', `${program.user.uid}:${program.user.gid}`];
	const [entrypoint = '', ...args] = command;
	return [
		...['run', '--detach', '--name', name],
		...['--network', networkOf(record, spec, engine)],
		...(hasOwn(spec, 'uts') && record.networkMode !== 'host' ? ['--hostname', spec.hostname ?? ''] : []),
		...(hasOwn(spec, 'pid') ? [] : ['--pid', 'host']),
		...(hasOwn(spec, 'ipc') ? [] : ['--ipc', 'host']),
		...(hasOwn(spec, 'uts') ? [] : ['--uts', 'host']),
		...flag('--init', init),
		...flag('--privileged', isPrivileged(spec)),
		...flag('--tty', program?.terminal),
		...flag('--interactive', record.openStdin),
		...flag('--read-only', spec.root?.readonly),
		...user,
		...['--workdir', program?.cwd ?? '/'],
		...(program?.env ?? []).flatMap(entry => ['--env', entry]),
		...limits(spec),
		...[...(program?.rlimits ?? []), ...limitsKept].flatMap(({type, soft, hard}) => [
			'--ulimit',
			`${type.replace('RLIMIT_', '').toLowerCase()}=${limitText(soft)}:${limitText(hard)}`,
		]),
		...(program?.oomScoreAdj === undefined ? [] : ['--oom-score-adj', String(program.oomScoreAdj)]),
		...Object.entries(spec.linux?.sysctl ?? {}).flatMap(([key, value]) => ['--sysctl', `${key}=${value}`]),
		...protection(spec),
		...mounts.flatMap(mount => mountArguments(record.id, mount)),
		...['--entrypoint', entrypoint, image],
		...args,
	];
}

/** Another container's network can be named to podman by its file; docker knows only containers of its own. */
function networkOf({networkMode}: ContainerRecord, spec: Spec, engine: 'docker' | 'podman'): string {
	if (!networkMode.startsWith('container:')) return networkMode;
	const path = namespaceOf(spec, 'network')?.path;
	return engine === 'podman' && path !== undefined ? `ns:${path}` : 'none';
}

function limits({linux}: Spec): readonly string[] {
	const {memory, cpu, pids, blockIO} = linux?.resources ?? {};
	const given: Readonly<Record<string, string | number | undefined>> = {
		'--memory': memory?.limit,
		'--memory-reservation': memory?.reservation,
		'--memory-swap': memory?.swap,
		'--cpu-shares': cpu?.shares,
		'--cpu-quota': cpu?.quota,
		'--cpu-period': cpu?.period,
		'--cpuset-cpus': cpu?.cpus,
		'--cpuset-mems': cpu?.mems,
		'--pids-limit': pids?.limit,
		'--blkio-weight': blockIO?.weight,
	};
	return Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [option, String(value)]));
}

/** Whoever may use every device is allowed everything else too. */
export function isPrivileged({linux}: Spec): boolean {
	return (linux?.resources?.devices ?? []).some(
		({allow, type, major}) => allow && type === undefined && major === undefined,
	);
}

function protection(spec: Spec): readonly string[] {
	if (isPrivileged(spec)) return [];
	const {process, linux} = spec;
	const wanted = process?.capabilities?.bounding ?? [];
	const isUsual = wanted.toSorted().join() === defaultCapabilities.toSorted().join();
	return [
		...(isUsual ? [] : ['--cap-drop', 'ALL', ...wanted.flatMap(name => ['--cap-add', name.replace('CAP_', '')])]),
		...(process?.noNewPrivileges === true ? ['--security-opt', 'no-new-privileges'] : []),
		...(linux?.seccomp === undefined ? ['--security-opt', 'seccomp=unconfined'] : []),
		...((linux?.maskedPaths ?? []).length === 0 ? ['--security-opt', 'systempaths=unconfined'] : []),
	];
}

/** Docker brings the usual mounts by itself; what was asked for beyond them is asked for again. */
function mountArguments(id: string, mount: Mount): readonly string[] {
	const {destination, type, source = '', options = []} = mount;
	if (destination === '/dev/shm' && type === 'tmpfs')
		return ['--shm-size', options.find(each => each.startsWith('size='))?.slice(5) ?? '64m'];
	const usual = new Set([
		...defaultMounts().map(each => each.destination),
		'/etc/hosts',
		'/etc/hostname',
		'/etc/resolv.conf',
	]);
	if (usual.has(destination) || isEngines(id, mount)) return [];
	if (type === 'bind') return ['--volume', `${source}:${destination}${options.includes('ro') ? ':ro' : ''}`];
	if (type === 'tmpfs') return ['--tmpfs', `${destination}:${options.join(',')}`];
	return [];
}

function limitText(value: Rlimit['soft']): string {
	return value >= 2 ** 63 ? '-1' : String(value);
}
