/**
 * What a sandbox's root may do: all that lessons need, and nothing that outlives the sandbox.
 *
 * In a user namespace the kernel sees to that. As the machine's real root, some powers and devices are held back, and some
 * of the kernel's switches can't be moved by mistake. It is a learner's safety, not a prison: see 12-security for one.
 * @module
 */
import {dirname} from 'node:path';
import {projectDirectory} from '#engine/project';
import type {Container, Spec} from '#runtime';
import type {Share} from './share.ts';

type Mount = NonNullable<Spec['mounts']>[number];

/** Makes a privileged container a disposable one. */
export function disposable(container: Container, shares: readonly Share[]): Container {
	const {spec} = container;
	const shown = [...shares, ...ownPrograms(shares)];
	const changed: Spec = {...spec, mounts: [...(spec.mounts ?? []), ...shown.map(bindMount)]};
	return hasOwnUsers(spec)
		? // The machine's root is nobody there, and its directories can't be written: lessons work in this one, too.
			{...withEmpty([home, '/srv'], container), spec: changed}
		: {...withEmpty([home], container), spec: withoutHostPowers(changed)};
}

/** The learner's home. What somebody has set up in it for a shell of the machine has no business in a lesson. */
const home = '/root';

/** Hidden, directories are empty, belong to the container's root, and lie on the mount of `/` as they would elsewhere. */
function withEmpty(directories: readonly string[], {union, ...container}: Container): Container {
	return union === undefined
		? container
		: {...container, union: {...union, hidden: [...(union.hidden ?? []), ...directories]}};
}

/** This engine and the Node that runs it, which may lie in the home that is hidden, and are to be found all the same. */
function ownPrograms(shares: readonly Share[]): readonly Share[] {
	const directories = [projectDirectory(), dirname(process.execPath)];
	return directories
		.filter(directory => isBelow(directory, home) && !shares.some(({at}) => at === directory || isBelow(directory, at)))
		.map(directory => ({directory, at: directory, writable: false}));
}

function isBelow(path: string, directory: string): boolean {
	return path.startsWith(`${directory}/`);
}

/** Powers over the machine itself, which no namespace contains. */
const heldBack: ReadonlySet<string> = new Set([
	'CAP_AUDIT_CONTROL',
	'CAP_BLOCK_SUSPEND',
	'CAP_MAC_ADMIN',
	'CAP_MAC_OVERRIDE',
	'CAP_SYS_BOOT',
	'CAP_SYS_MODULE',
	'CAP_SYS_RAWIO',
	'CAP_SYS_TIME',
	'CAP_WAKE_ALARM',
]);

/** Switches of the whole machine. Those that belong to a namespace (net, hostname, msgmax) stay. */
const switches = [
	'/proc/irq',
	'/proc/sys/dev',
	'/proc/sys/debug',
	'/proc/sys/vm',
	'/proc/sys/kernel/core_pattern',
	'/proc/sys/kernel/modprobe',
	'/proc/sys/kernel/panic',
	'/proc/sys/kernel/pid_max',
	'/proc/sysrq-trigger',
];

/** Any device node may be made, but only these opened: memory's, terminals, and the network tunnel. */
const devices = [
	[1, 3],
	[1, 5],
	[1, 7],
	[1, 8],
	[1, 9],
	[5, 0],
	[5, 1],
	[5, 2],
	[10, 200],
	[136, -1],
] as const;

function withoutHostPowers(spec: Spec): Spec {
	const {process, linux} = spec;
	const reach = (names: readonly string[] | undefined): readonly string[] =>
		(names ?? []).filter(name => !heldBack.has(name));
	const capabilities = Object.fromEntries(
		Object.entries(process?.capabilities ?? {}).map(([set, names]) => [set, reach(names as readonly string[])]),
	);
	return {
		...spec,
		process: {...process!, capabilities},
		linux: {
			...linux,
			readonlyPaths: switches,
			resources: {
				...linux?.resources,
				devices: [
					{allow: false, access: 'rwm'},
					{allow: true, type: 'c', access: 'm'},
					{allow: true, type: 'b', access: 'm'},
					...devices.map(([major, minor]) => ({allow: true, type: 'c' as const, major, minor, access: 'rwm'})),
				],
			},
		},
	};
}

function hasOwnUsers({linux}: Spec): boolean {
	return linux?.namespaces?.some(({type}) => type === 'user') ?? false;
}

function bindMount({directory, at, writable}: Share): Mount {
	return {destination: at, type: 'bind', source: directory, options: ['rbind', 'rprivate', writable ? 'rw' : 'ro']};
}
