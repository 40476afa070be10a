/**
 * How many namespaces of a kind a user namespace allows each user, and how many there are.
 *
 * The surprise: /proc/sys/user shows the numbers of whoever reads it, not those of the /proc that it stands in. So they are
 * read by a program inside the process's user namespace.
 *
 * Source: namespaces(7), The /proc/sys/user directory.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {KernelError} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {type NamespaceKind, namespacePath} from '#kernel/namespace';
import {eachProcess, evidenceOf, linkAt, statusWords} from './look.ts';
import {ownerOf} from './user-namespaces.ts';

/** A limit, how much of it is used as far as it can be seen, and the lines that say so. */
export interface NamespaceUse {
	readonly limit: number;
	readonly used: number;
	readonly evidence: readonly string[];
}

/** The limit that counts for a process's next namespace of `kind`: its user namespace's, or ours if that one is reached. */
export function namespaceUse(pid: number, kind: NamespaceKind): NamespaceUse {
	const theirs = countIn(pid, kind, limitInside(pid, kind), 'in its user namespace');
	if (theirs.used >= theirs.limit || linkAt(namespacePath(pid, 'user')) === linkAt(namespacePath('self', 'user')))
		return theirs;
	const ours = countIn(process.pid, kind, readKernelFile(limitPath(kind)), 'in the user namespace above');
	return ours.used >= ours.limit ? ours : theirs;
}

function countIn(pid: number, kind: NamespaceKind, text: string, where: string): NamespaceUse {
	const limit = Number(text);
	const owner = linkAt(namespacePath(pid, 'user'));
	const uid = statusWords(pid, 'Uid')[1]!;
	const used = kind === 'user' ? childrenOf(owner) : ownedBy(owner, kind);
	return {
		limit,
		used,
		evidence: [
			`${evidenceOf(limitPath(kind), text)} (${where}, ${owner})`,
			`/proc/*/ns/${kind}: ${used} that belong to ${owner}; asked by user ${uid}`,
		],
	};
}

/** Those that processes are in; one that is only held open or mounted somewhere is not seen. */
function ownedBy(owner: string, kind: NamespaceKind): number {
	const seen = new Map<string, boolean>();
	eachProcess(pid => {
		const path = namespacePath(pid, kind);
		const link = linkAt(path);
		if (!seen.has(link)) seen.set(link, ownerOf(path) === owner);
		return undefined;
	});
	return [...seen.values()].filter(isTheirs => isTheirs).length;
}

function childrenOf(owner: string): number {
	const children = eachProcess(pid =>
		ownerOf(namespacePath(pid, 'user')) === owner ? linkAt(namespacePath(pid, 'user')) : undefined,
	);
	return new Set(children).size;
}

function limitInside(pid: number, kind: NamespaceKind): string {
	const path = limitPath(kind);
	if (linkAt(namespacePath(pid, 'user')) === linkAt(namespacePath('self', 'user'))) return readKernelFile(path);
	const options = ['--user', '--preserve-credentials', '--target', `${pid}`];
	const {status, stdout} = spawnSync('nsenter', [...options, 'cat', path], {encoding: 'utf8'});
	if (status !== 0) throw new KernelError('read', [path], 'EACCES');
	return stdout;
}

function limitPath(kind: NamespaceKind): string {
	return `/proc/sys/user/max_${kind}_namespaces`;
}
