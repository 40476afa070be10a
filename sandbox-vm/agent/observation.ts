/**
 * The kernel objects of the machine, as its agent saw them, and nothing that only claims to be a snapshot: what is drawn
 * and judged by must at least be of the right shape.
 * @module
 */
import type {SnapshotOptions} from '#observe';
import type {
	ObservedCgroup,
	ObservedLink,
	ObservedMount,
	ObservedMountNamespace,
	ObservedNetNamespace,
	ObservedProcess,
	ObservedRoute,
	ObservedUserNamespace,
	Snapshot,
} from '#observe/types';
import {collect} from './collect.ts';
import {WireError} from './frame-reader.ts';
import type {AgentLink} from './link.ts';
import {decodeMessage} from './messages.ts';
import {isFields, isList, isMaybe, isNumber, isOneOf, isRecord, isText, isTruth} from './shape.ts';

/** A machine with thousands of processes fits; an endless one doesn't. */
const mostSnapshotBytes = 32 * 2 ** 20;

/** @throws {WireError} if what comes is no snapshot; {Error} if the machine is gone. */
export async function observeMachine(link: AgentLink, options: SnapshotOptions): Promise<Snapshot> {
	const {call, outcome, cancel} = await link.begin({ask: 'observe', options});
	try {
		const text = await collect(call.incoming(1), mostSnapshotBytes, 'the machine’s snapshot has no end');
		await outcome;
		return asSnapshot(decodeMessage(text));
	} catch (error) {
		cancel();
		throw error;
	}
}

/** @throws {WireError} */
export function asSnapshot(value: unknown): Snapshot {
	if (isSnapshot(value)) return value;
	throw new WireError('the machine’s snapshot is none');
}

const isMap = isFields<ObservedUserNamespace['uidMap'][number]>({inside: isNumber, outside: isNumber, count: isNumber});

const isProcess = isFields<ObservedProcess>({
	pid: isNumber,
	pids: isList(isNumber),
	ppid: isNumber,
	pgid: isNumber,
	sid: isNumber,
	state: isOneOf('running', 'sleeping', 'waiting', 'stopped', 'traced', 'zombie', 'dead', 'idle'),
	comm: isText,
	argv: isList(isText),
	startTicks: isNumber,
	uids: isList(isNumber),
	gids: isList(isNumber),
	threads: isNumber,
	rssBytes: isNumber,
	tty: isNumber,
	namespaces: isRecord(isNumber),
	capabilities: isFields<ObservedProcess['capabilities']>({
		inheritable: isText,
		permitted: isText,
		effective: isText,
		bounding: isText,
		ambient: isText,
	}),
	noNewPrivs: isTruth,
	seccomp: isOneOf('disabled', 'strict', 'filter'),
	root: isMaybe(isText),
	cwd: isMaybe(isText),
	exe: isMaybe(isText),
	cgroups: isRecord(isText),
	ignoredSignals: isList(isNumber),
	caughtSignals: isList(isNumber),
});

const isMount = isFields<ObservedMount>({
	id: isNumber,
	parentId: isNumber,
	device: isText,
	root: isText,
	mountPoint: isText,
	options: isList(isText),
	propagation: isOneOf('private', 'shared', 'slave', 'shared,slave', 'unbindable'),
	peerGroup: isMaybe(isNumber),
	master: isMaybe(isNumber),
	fileSystem: isText,
	source: isText,
	superOptions: isList(isText),
});

const isLink = isFields<ObservedLink>({
	index: isNumber,
	name: isText,
	kind: isText,
	mac: isText,
	mtu: isNumber,
	up: isTruth,
	running: isTruth,
	master: isMaybe(isNumber),
	peer: isMaybe(
		isFields<NonNullable<ObservedLink['peer']>>({
			index: isNumber,
			netnsid: isMaybe(isNumber),
		}),
	),
	addresses: isList(isText),
});

const isRoute = isFields<ObservedRoute>({
	destination: isText,
	gateway: isMaybe(isText),
	link: isText,
	source: isMaybe(isText),
});

const isSnapshot = isFields<Snapshot>({
	takenAt: isNumber,
	processes: isList(isProcess),
	userNamespaces: isList(
		isFields<ObservedUserNamespace>({
			id: isNumber,
			uidMap: isList(isMap),
			gidMap: isList(isMap),
			setgroups: isOneOf('allow', 'deny'),
		}),
	),
	mountNamespaces: isList(isFields<ObservedMountNamespace>({id: isNumber, through: isNumber, mounts: isList(isMount)})),
	netNamespaces: isList(
		isFields<ObservedNetNamespace>({
			id: isNumber,
			through: isNumber,
			links: isList(isLink),
			routes: isList(isRoute),
		}),
	),
	cgroups: isList(
		isFields<ObservedCgroup>({
			version: isOneOf(1, 2),
			controllers: isList(isText),
			path: isText,
			processes: isList(isNumber),
			limits: isRecord(isText),
			usage: isRecord(isNumber),
			frozen: isTruth,
		}),
	),
	natRules: isList(isText),
});
