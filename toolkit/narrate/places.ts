/**
 * Where the toolkit does what a call does: the way from the learner's command to the engine's code.
 *
 *     sethostname("web")  ─▶  toolkit/02-uts/uts.ts:56  setHostname
 *
 * @module
 */
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {factOf} from './facts.ts';
import type {FactName} from './sentences/english.ts';
import type {SpokenCall} from './spoken.ts';

/** An exported symbol of the toolkit. */
export interface Place {
	/** From the root of the project: `toolkit/02-uts/uts.ts`. */
	readonly file: string;
	readonly symbol: string;
	/** Where it is exported, if the source is there. */
	readonly line?: number | undefined;
}

/** The place of each fact that the engine knows to bring about, `folder/file symbol` below toolkit/. */
const places: Partial<Readonly<Record<FactName, string>>> = {
	program: '01-process/program processSteps',
	childProgram: '01-process/process startProcess',
	noProgram: '01-process/process startFailureExitCode',
	noInterpreter: '01-process/process startFailureExitCode',
	exit: '01-process/process shellExitCode',
	killed: '01-process/process shellExitCode',
	clone: '01-process/process startProcess',
	cloneNamespaces: '13-runtime/birth birthSteps',
	unsharePid: '04-pid/pid createPidNamespace',
	setns: 'kernel/namespace joinNamespace',
	mountNew: '05-mnt/attach attachMount',
	mountNewInside: '05-mnt/attach attachMount',
	mountBind: '05-mnt/bind bindMount',
	mountBindSelf: '06-rootfs/rootfs makeMountPoint',
	mountBindTree: '05-mnt/bind bindMount',
	mountReadOnly: '05-mnt/bind remountBind',
	mountOptions: '05-mnt/bind remountBind',
	propagation: '05-mnt/mnt setPropagation',
	propagationTree: '05-mnt/mnt setPropagation',
	umount: 'kernel/mount umount',
	umountLazy: '06-rootfs/rootfs pivotRootInto',
	pivotRoot: '06-rootfs/rootfs pivotRootInto',
	pivotRootHere: '06-rootfs/rootfs pivotRootInto',
	chroot: '06-rootfs/rootfs enterChroot',
	chrootFrom: '06-rootfs/rootfs enterChroot',
	chdir: 'kernel/mount chdir',
	mountSetattr: 'kernel/mountattr setMountAttributesRecursively',
	sethostname: '02-uts/uts setHostname',
	setdomainname: '02-uts/uts setDomainname',
	cgroupMade: '08-cgroup/directory makeCgroupDirectory',
	cgroupRemoved: '08-cgroup/directory removeCgroupDirectory',
	cgroupJoin: '08-cgroup/cgroup joinCgroup',
	cgroupLimit: '08-cgroup/limits setLimits',
	cgroupControllers: '08-cgroup/base passOn',
	cgroupKill: '08-cgroup/kill killAll',
	cgroupFreeze: '08-cgroup/freezer freeze',
	cgroupThaw: '08-cgroup/freezer thaw',
	uidMap: '07-user/id-maps writeIdMaps',
	gidMap: '07-user/id-maps writeIdMaps',
	setgroupsFile: '07-user/id-maps writeIdMaps',
	sysctl: '13-runtime/sysctl sysctlSteps',
	write: 'kernel/file writeKernelFile',
	linkMade: 'kernel/netlink/new-link createBridge',
	vethMade: 'kernel/netlink/new-link createVeth',
	linkRemoved: 'kernel/netlink/link-changes deleteLink',
	linkUp: '09-net/net bringUp',
	linkDown: 'kernel/netlink/link-changes setLink',
	linkMoved: '10-bridge/switch plugIn',
	linkPlugged: '10-bridge/switch plugIn',
	linkUnplugged: '10-bridge/switch unplug',
	linkRenamed: 'kernel/netlink/link-changes setLink',
	linkChanged: 'kernel/netlink/link-changes setLink',
	addressAdded: 'kernel/netlink/addresses addAddress',
	addressRemoved: 'kernel/netlink/addresses deleteAddress',
	routeAdded: 'kernel/netlink/routes addRoute',
	routeDefault: '09-net/net configureInterface',
	routeRemoved: 'kernel/netlink/routes deleteRoute',
	nftTable: '10-bridge/nat joinNat',
	nftChain: '10-bridge/nat joinNat',
	nftRule: '10-bridge/nat joinNat',
	nftSet: '10-bridge/nat joinNat',
	nftTableRemoved: '10-bridge/nat removeNat',
	nftRuleRemoved: '10-bridge/nat leaveNat',
	nftRemoved: '10-bridge/nat leaveNat',
	capset: '12-security/capabilities takeCapabilities',
	boundingDrop: '12-security/capabilities limitCapabilities',
	ambientRaise: '12-security/capabilities takeCapabilities',
	ambientClear: '12-security/capabilities takeCapabilities',
	keepCapabilities: 'kernel/capability keepCapabilities',
	noNewPrivileges: 'kernel/seccomp setNoNewPrivs',
	seccomp: '12-security/seccomp applySeccomp',
	user: '12-security/security becomeUser',
	group: '12-security/security becomeUser',
	groups: '12-security/security becomeUser',
	kill: 'kernel/signal kill',
	killFirst: 'kernel/signal kill',
	killGroup: 'kernel/signal kill',
	mknod: '05-mnt/devices deviceSteps',
	setsid: '13-runtime/terminal sessionSteps',
	limit: '12-security/rlimits setRlimits',
};

/** One namespace alone has its own module. */
const namespaces: Readonly<Record<string, string>> = {
	CLONE_NEWNS: '05-mnt/mnt createMountNamespace',
	CLONE_NEWUTS: '02-uts/uts createUtsNamespace',
	CLONE_NEWIPC: '03-ipc/ipc createIpcNamespace',
	CLONE_NEWNET: '09-net/net createNetNamespace',
	CLONE_NEWCGROUP: '13-runtime/cgroup-namespace cgroupNamespaceSteps',
	CLONE_NEWUSER: '07-user/user userNamespaceCommand',
};
const joinings: Readonly<Record<string, string>> = {
	CLONE_NEWNS: '05-mnt/mnt joinMountNamespace',
	CLONE_NEWUTS: '02-uts/uts joinUtsNamespace',
	CLONE_NEWIPC: '03-ipc/ipc joinIpcNamespace',
	CLONE_NEWPID: '04-pid/pid joinPidNamespace',
	CLONE_NEWNET: '09-net/net joinNetNamespace',
	CLONE_NEWUSER: '07-user/user joinUserNamespaceCommand',
};

/** Every place that a call can lead to. */
export const allPlaces: readonly Place[] = [
	...new Set([...Object.values(places), ...Object.values(namespaces), ...Object.values(joinings)]),
].map(parsePlace);

/** A place with the line where it is exported now. */
export function locate(place: Place): Place {
	const line = lineOf(place);
	return line === undefined ? place : {...place, line};
}

/** Where the toolkit does what a call does; undefined for what it never does. */
export function placeFor(call: SpokenCall): Place | undefined {
	const [name, flags = ''] = factOf(call);
	const text =
		name === 'unshare'
			? (namespaces[flags] ?? 'kernel/sched unshare')
			: name === 'setns'
				? (joinings[flags] ?? places.setns)
				: places[name];
	return text === undefined ? undefined : locate(parsePlace(text));
}

/** `toolkit/02-uts/uts.ts:56`, for people and editors. */
export function placeText({file, line}: Place): string {
	return line === undefined ? file : `${file}:${line}`;
}

function parsePlace(text: string): Place {
	const [path, symbol] = text.split(' ') as [string, string];
	return {file: `toolkit/${path}.ts`, symbol};
}

const lines = new Map<string, number | undefined>();

/** The line that exports a symbol, as the source is now; undefined where there is only the bundle. */
function lineOf({file, symbol}: Place): number | undefined {
	const key = `${file} ${symbol}`;
	if (!lines.has(key)) lines.set(key, findLine(file, symbol));
	return lines.get(key);
}

function findLine(file: string, symbol: string): number | undefined {
	const root = projectRoot();
	const path = root === undefined ? undefined : join(root, file);
	if (path === undefined || !existsSync(path)) return undefined;
	const exported = new RegExp(`^export (async )?(function|const|class) ${symbol}\\b`);
	const index = readFileSync(path, 'utf8')
		.split('\n')
		.findIndex(line => exported.test(line));
	return index === -1 ? undefined : index + 1;
}

/** The folder above this file, or above the bundle, that holds the toolkit. */
function projectRoot(): string | undefined {
	for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
		if (existsSync(join(directory, 'toolkit')) && existsSync(join(directory, 'package.json'))) return directory;
		if (directory === dirname(directory)) return undefined;
	}
}
