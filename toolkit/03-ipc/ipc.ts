/**
 * 03 · IPC namespace: memory and queues that are named by numbers belong to the container alone.
 *
 *     host                         container
 *     key 0x2a ─▶ segment 0        key 0x2a ─▶ segment 0, another one
 *     /dev/mqueue/orders           /dev/mqueue/ (empty)
 *
 * The surprise: a System V segment outlives everyone who used it. It is no file, no process holds it, and only ipcrm
 * or the end of its namespace removes it.
 *
 * Next: 04-pid gives the container process numbers of its own.
 *
 * Sources: ipc_namespaces(7), sysvipc(7), mq_overview(7), proc(5) on /proc/sysvipc.
 * @module
 */
import {readKernelFile} from '#kernel/file';
import {joinNamespace} from '#kernel/namespace';
import type {Step} from '#kernel/plan';
import {CLONE_NEWIPC, unshare} from '#kernel/sched';

/** A shared memory segment, a semaphore set or a message queue of System V, as /proc/sysvipc lists it. */
export interface SystemVObject {
	readonly kind: 'shm' | 'sem' | 'msg';
	/** What programs agree on to find it; 0 (IPC_PRIVATE) for one that only its maker knows. */
	readonly key: number;
	readonly id: number;
	/** Permission bits. */
	readonly mode: number;
	readonly uid: number;
	/** Bytes of a segment, semaphores of a set, bytes waiting in a queue. */
	readonly size: number;
	/** Processes that have a segment attached; undefined for the others. */
	readonly attached: number | undefined;
}

/**
 * Gives the calling thread an IPC namespace of its own: no segments, no queues, the kernel's default limits.
 *
 * POSIX queues show in a file system; 05-mnt mounts it anew on /dev/mqueue.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN.
 */
export function createIpcNamespace(): void {
	unshare(CLONE_NEWIPC);
}

/**
 * Moves the calling thread into the IPC namespace at `path`, such as /proc/PID/ns/ipc.
 *
 * @throws {KernelError} `EPERM` without CAP_SYS_ADMIN; `EINVAL` if the file is another kind's.
 */
export function joinIpcNamespace(path: string): void {
	joinNamespace(path, 'ipc');
}

/** The System V objects of the calling thread's namespace. Empty where the kernel was built without them. */
export function readSystemVObjects(): readonly SystemVObject[] {
	return (['shm', 'sem', 'msg'] as const).flatMap(kind =>
		parseSystemVObjects(kind, readKernelFile(`/proc/sysvipc/${kind}`)),
	);
}

/** Reads one of the tables in /proc/sysvipc. Its columns are named in the first line and differ from kind to kind. */
export function parseSystemVObjects(kind: SystemVObject['kind'], table: string): readonly SystemVObject[] {
	const [header = '', ...rows] = table.trimEnd().split('\n');
	const columns = header.trim().split(/\s+/);
	return rows.map(row => {
		const values = row.trim().split(/\s+/);
		const value = (column: string): string => values[columns.indexOf(column)] ?? '0';
		return {
			kind,
			key: Number(value('key')),
			id: Number(value(idColumn[kind])),
			mode: Number.parseInt(value('perms'), 8),
			uid: Number(value('uid')),
			size: Number(value(sizeColumn[kind])),
			attached: kind === 'shm' ? Number(value('nattch')) : undefined,
		};
	});
}

const idColumn = {shm: 'shmid', sem: 'semid', msg: 'msqid'} as const;
const sizeColumn = {shm: 'size', sem: 'nsems', msg: 'cbytes'} as const;

/** What this module adds to the plan of a container. */
export function ipcSteps(): readonly Step[] {
	return [
		{
			module: 'ipc',
			title: 'see no one else’s shared memory and queues',
			why: 'whoever knows the key of a segment could read it, from any container',
			run: createIpcNamespace,
		},
	];
}
