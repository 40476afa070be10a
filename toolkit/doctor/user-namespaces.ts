/**
 * Which user namespace owns what, and whether a process has a capability there.
 *
 *     initial user namespace ── owns ──▶ the host's mount, uts, net, … namespaces
 *       └── a container's    ── owns ──▶ the container's
 *
 * The surprise: a capability is held in one user namespace and those below it. Root of a user namespace has all of them
 * and may still not rename the host.
 *
 * Sources: ioctl_ns(2), user_namespaces(7), capabilities(7).
 * @module
 */
import {closeSync, openSync} from 'node:fs';
import {type CapabilityName, capabilityNumber} from '#kernel/capability';
import {KernelName, tolerate} from '#kernel/error';
import {asKernelError} from '#kernel/file';
import {call} from '#kernel/libc';
import {type NamespaceKind, namespacePath} from '#kernel/namespace';
import {linkAt, linkEvidence, statusLine, statusWords} from './look.ts';

/** Whether the kernel grants a process a capability over something, and the lines that tell why not. */
export type Verdict =
	| {readonly capable: true}
	| {readonly capable: false; readonly because: 'lacking' | 'foreign'; readonly evidence: readonly string[]};

/** Whether a process's effective set has a capability, wherever it counts. */
export function hasCapability(pid: number, capability: CapabilityName): boolean {
	const mask = BigInt(`0x${statusWords(pid, 'CapEff')[0]}`);
	return ((mask >> BigInt(capabilityNumber(capability))) & 1n) === 1n;
}

/** The same over the namespace of `kind` that the process itself is in: does a user namespace own it where it has power? */
export function verdictOverOwn(pid: number, capability: CapabilityName, kind: NamespaceKind): Verdict {
	return verdictOver(pid, capability, namespacePath(pid, kind));
}

/**
 * Whether a process has a capability in the user namespace that owns the namespace at `path`.
 *
 * @throws {KernelError} if the namespace can't be opened.
 */
export function verdictOver(pid: number, capability: CapabilityName, path: string): Verdict {
	const chain = withNamespace(path, governors);
	const own = linkAt(namespacePath(pid, 'user'));
	const index = chain.findIndex(({link}) => link === own);
	const capabilities = statusLine(pid, 'CapEff').evidence;
	const whereItIs = linkEvidence(namespacePath(pid, 'user'));
	const owned = chain[0]?.link === linkAt(path) ? '' : `, owned by ${chain[0]?.link ?? 'a user namespace above ours'}`;
	if (index === -1)
		return {capable: false, because: 'foreign', evidence: [whereItIs, `${linkEvidence(path)}${owned}`, capabilities]};
	if (hasCapability(pid, capability)) return {capable: true};
	// Who made a user namespace has all capabilities in it, from its parent.
	const child = index > 0 ? chain[index - 1] : undefined;
	if (child !== undefined && child.owner === Number(statusWords(pid, 'Uid')[1])) return {capable: true};
	return {capable: false, because: 'lacking', evidence: [capabilities, whereItIs]};
}

/** The user namespace that owns the namespace at `path`, by its link; undefined if it is above our own. */
export function ownerOf(path: string): string | undefined {
	return withNamespace(path, fd => ancestry(fd, NS_GET_USERNS)[0]?.link);
}

/** The links of a user or PID namespace and of those that it lies in, itself first, as far as we may look. */
export function lineageOf(path: string): readonly string[] {
	return withNamespace(path, fd => [
		linkAt(`/proc/self/fd/${fd}`),
		...ancestry(fd, NS_GET_PARENT).map(({link}) => link),
	]);
}

/** Whether a process is in a user namespace other than the machine's first. */
export function isInUserNamespace(pid: number): boolean {
	return lineageOf(namespacePath(pid, 'user')).length > 1 || linkAt(namespacePath(pid, 'user')) !== INITIAL_USER;
}

/** The user namespaces in which a capability counts over a namespace: its owner and those above; for a user namespace, itself. */
function governors(fd: number): readonly Ancestor[] {
	const link = linkAt(`/proc/self/fd/${fd}`);
	return link.startsWith('user:')
		? [{link, owner: ownerUid(fd)}, ...ancestry(fd, NS_GET_PARENT)]
		: ancestry(fd, NS_GET_USERNS);
}

interface Ancestor {
	readonly link: string;
	/** Who made it, by number here. */
	readonly owner: number | undefined;
}

/** Follows one question, then "your parent" as long as there is an answer: above our own namespace there is none. */
function ancestry(fd: number, first: number): readonly Ancestor[] {
	const found: Ancestor[] = [];
	for (let next = ask(fd, first); next !== undefined; ) {
		const link = linkAt(`/proc/self/fd/${next}`);
		found.push({link, owner: link.startsWith('user:') ? ownerUid(next) : undefined});
		const parent = ask(next, NS_GET_PARENT);
		closeSync(next);
		next = parent;
	}
	return found;
}

function ask(fd: number, question: number): number | undefined {
	return tolerate(['EPERM'], () =>
		call('ioctl', [fd, question, 0], {show: () => [fd, new KernelName(questionNames[question]!), 0]}),
	);
}

function ownerUid(fd: number): number {
	const uid = new Uint32Array(1);
	call('ioctl', [fd, NS_GET_OWNER_UID, new Uint8Array(uid.buffer)], {
		show: () => [fd, new KernelName('NS_GET_OWNER_UID'), null],
	});
	return uid[0]!;
}

function withNamespace<T>(path: string, use: (fd: number) => T): T {
	const fd = openNamespace(path);
	try {
		return use(fd);
	} finally {
		closeSync(fd);
	}
}

function openNamespace(path: string): number {
	try {
		return openSync(path, 'r');
	} catch (error) {
		throw asKernelError('open', [path], error);
	}
}

const NS_GET_USERNS = 0xb701;
const NS_GET_PARENT = 0xb702;
const NS_GET_OWNER_UID = 0xb704;
const questionNames: Readonly<Record<number, string>> = {
	[NS_GET_USERNS]: 'NS_GET_USERNS',
	[NS_GET_PARENT]: 'NS_GET_PARENT',
};
/** The first user namespace has the same number on every Linux machine. */
const INITIAL_USER = 'user:[4026531837]';
