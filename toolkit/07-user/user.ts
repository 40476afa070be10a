/**
 * 07 · User namespace: a container has users of its own, and a root who is nobody outside.
 *
 *     inside       outside
 *     0 root  ───▶ 100000          kill, chown, mount: asked for by 0, judged inside,
 *     1       ───▶ 100001          and a file of the real root (outside 0) belongs
 *     …            …               to nobody: 65534
 *
 * The surprise: a namespace starts without any map. Until somebody writes one *from outside*, everybody inside is 65534,
 * and execve(2) takes away all the capabilities that unshare(2) had just given.
 *
 * The other surprise: unshare(CLONE_NEWUSER) wants a process of one thread, and Node has several. So here a small
 * program of util-linux calls it, waits for a line that says "the maps are written", and becomes what comes next:
 *
 *     parent                    unshare ── fork ──▶ sh: read line … ──▶ exec: the container's init, as 0
 *       └─ awaitUserNamespace, writeIdMaps, "\n" ──────────▲
 *
 * Next: 08-cgroup limits what all these users may consume.
 *
 * Sources: user_namespaces(7), unshare(1), nsenter(1), newuidmap(1).
 * @module
 */
import {readlinkSync} from 'node:fs';
import {setGroupId, setGroups, setUserId} from '#kernel/credentials';
import {isErrno, tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {type IdMapLine, parseIdMap} from '#kernel/idmap';
import {namespacePath} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {hostIdOf, type IdMaps, writeIdMaps} from '#user/id-maps';
import {findProgram, isBusybox, requireProgram} from '#user/programs';
import {whyRefused} from '#user/refusal';

export {type IdMapping, type IdMaps, parseIdMapping, writeIdMaps} from '#user/id-maps';
export {type ResolvedUser, readUserFiles, resolveUser} from '#user/passwd';
export {ownIdMaps, rootlessIdMaps, subIdMaps} from '#user/sub-ids';

/** Who a container's first process is: the OCI spec's `process.user`. */
export interface ProcessUser {
	readonly uid: number;
	readonly gid: number;
	/** Mode bits withheld from new files. */
	readonly umask?: number;
	readonly additionalGids?: readonly number[];
}

/** The descriptor on which the program of `userNamespaceCommand` waits for its line. It stays open: sh reads no further. */
export const goOnDescriptor = 3;

/**
 * The beginning of a command that makes a user and a PID namespace, waits for one line on descriptor 3, and becomes the
 * command that follows: `[...userNamespaceCommand(maps), node, 'init.js']`.
 *
 * Its process stays outside of the new PID namespace, passes on the exit code, and takes PID 1 with it when it ends.
 *
 * @throws {Error} if there is no unshare program, or it is busybox's and the maps need more than that can do.
 */
export function userNamespaceCommand(maps: IdMaps): readonly string[] {
	const unshare = requireProgram('unshare', 'util-linux');
	const simple = isBusybox(unshare);
	if (simple && !callerBecomesRoot(maps)) {
		throw new Error(`busybox's unshare can't keep capabilities until other ids are mapped: install util-linux`);
	}
	return [
		...dyingWithItsParent(),
		unshare,
		...['--user', '--pid', '--fork'],
		...(simple ? [] : ['--kill-child']),
		// Who isn't in the maps is 65534 inside: execve would take the capabilities away before userSteps can use them.
		...(callerBecomesRoot(maps) ? [] : ['--keep-caps']),
		...['sh', '-c', `read _ <&${goOnDescriptor} && exec "$@"`, 'sh'],
	];
}

/**
 * Waits until the process of `userNamespaceCommand` has made its namespace: only then do maps go to the right place.
 *
 * @throws {Error} if it ended instead, with the reason why this system refuses, or after ten seconds.
 */
export function awaitUserNamespace(pid: number): void {
	const ours = readlinkSync(namespacePath('self', 'user'));
	for (let waitedMs = 0; waitedMs < 10_000; waitedMs++) {
		const theirs = namespaceOf(pid);
		if (theirs === undefined) throw new Error(`no user namespace: ${whyRefused()}`);
		if (theirs !== ours) return;
		sleepMs(1);
	}
	throw new Error(`process ${pid} made no user namespace within ten seconds`);
}

/**
 * The process that became PID 1 in the namespaces of `userNamespaceCommand`, by its number out here; undefined before it
 * is born and after its end.
 *
 * @param pid the process that the command started, which stays outside as its parent.
 */
export function firstChildOf(pid: number): number | undefined {
	const children = tolerate(['ENOENT', 'ESRCH'], () => readKernelFile(`/proc/${pid}/task/${pid}/children`));
	return children === undefined || children === '' ? undefined : Number.parseInt(children, 10);
}

/**
 * The beginning of a command that joins a process's user namespace, as its root, and becomes the command that follows.
 * What follows joins the others: their owner is the namespace that it is then in.
 *
 * @throws {Error} if there is no nsenter program; {KernelError} `ENOENT` if there is no such process.
 */
export function joinUserNamespaceCommand(pid: number): readonly string[] {
	const nsenter = requireProgram('nsenter', 'util-linux');
	const target = [nsenter, '--target', String(pid), '--user'];
	// Where groups may not be set, only the caller itself is mapped: it is root inside without changing anything.
	return readUserNamespace(pid).setgroups === 'deny'
		? [...target, '--preserve-credentials']
		: [...target, '--setuid', '0', '--setgid', '0'];
}

/** What a user namespace holds, as seen from the reader's own. */
export interface UserNamespace {
	readonly uidMap: readonly IdMapLine[];
	readonly gidMap: readonly IdMapLine[];
	/** Whether setgroups(2) works inside. */
	readonly setgroups: 'allow' | 'deny';
}

/**
 * Reads the maps of the user namespace that a process is in.
 *
 * @throws {KernelError} `ENOENT` if there is no such process.
 */
export function readUserNamespace(pid: number | 'self'): UserNamespace {
	return {
		uidMap: parseIdMap(readKernelFile(`/proc/${pid}/uid_map`)),
		gidMap: parseIdMap(readKernelFile(`/proc/${pid}/gid_map`)),
		setgroups: readKernelFile(`/proc/${pid}/setgroups`).trim() === 'deny' ? 'deny' : 'allow',
	};
}

/**
 * What this module adds to the plan of a container.
 *
 * @param pid the process that `userNamespaceCommand` started, once it runs.
 */
export function userSteps(maps: IdMaps, pid: () => number): readonly Step[] {
	return [
		{
			module: 'user',
			where: 'host',
			title: `let its root be ${hostIdOf(0, maps.uidMappings) ?? 'nobody'} here`,
			why: 'what breaks out of the container has no more power than that user',
			run: () => {
				awaitUserNamespace(pid());
				writeIdMaps(pid(), maps);
			},
			// Nothing to undo: the namespace, and its maps with it, goes with its last process.
		},
		{
			module: 'user',
			title: 'become the root of its own users',
			why: 'only an id that is mapped can own files, and only 0 keeps its capabilities through execve',
			run: becomeMappedRoot,
		},
	];
}

/** Makes the calling thread user 0 and group 0 of its namespace. Who came in as 0 has nothing to change. */
export function becomeMappedRoot(): void {
	if (process.getuid?.() === 0 && process.getgid?.() === 0) return;
	if (readUserNamespace('self').setgroups === 'allow') setGroups([]);
	setGroupId(0);
	setUserId(0);
}

/** Nothing else would end it, and PID 1 with it, when its starter is killed. Without setpriv the next sweep does. */
function dyingWithItsParent(): readonly string[] {
	const setpriv = findProgram('setpriv');
	return setpriv === undefined || isBusybox(setpriv) ? [] : [setpriv, '--pdeathsig', 'KILL'];
}

/** Whether the maps make their writer's own ids root inside: then execve gives all capabilities without further ado. */
function callerBecomesRoot({uidMappings, gidMappings}: IdMaps): boolean {
	return hostIdOf(0, uidMappings) === process.geteuid?.() && hostIdOf(0, gidMappings) === process.getegid?.();
}

/** The user namespace of a living process, as its link's text; undefined if the process has ended. */
function namespaceOf(pid: number): string | undefined {
	try {
		// A zombie keeps its namespaces until somebody waits for it.
		if (/^\d+ \(.*\) Z/s.test(readKernelFile(`/proc/${pid}/stat`))) return undefined;
		return readlinkSync(namespacePath(pid, 'user'));
	} catch (error) {
		if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
		throw error;
	}
}

function sleepMs(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
