/**
 * Where a container's files come from: `host`, a directory, or a tar file.
 *
 *     host        a copy-on-write view of this machine's own files: nothing to download, nothing to spoil
 *     ./rootfs    a directory, with a writable layer above it
 *     app.tar     a tar file, unpacked into the container's own data
 *
 * @module
 */
import {createReadStream, mkdirSync, realpathSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {canConfineDevices} from '#cgroup';
import {containerData, dataDirectory, isRoot, stateDirectory} from '#engine/directories';
import {isErrno} from '#kernel/error';
import {canHoldChanges, canHoldChangesInMemory, type DriverName, type Union, unpackLayer} from '#layers';
import {type IdMaps, readUserFiles} from '#user';
import {hostIdOf} from '#user/id-maps';

/** A source that was found. */
export type RootfsSource =
	| {readonly kind: 'host'}
	| {readonly kind: 'directory'; readonly path: string}
	| {readonly kind: 'tar'; readonly path: string};

/**
 * Finds out what `image` names.
 *
 * @throws one line that tells what can be given.
 */
export function findRootfs(image: string): RootfsSource {
	if (image === 'host') return {kind: 'host'};
	try {
		const path = realpathSync(image);
		const stats = statSync(path);
		if (stats.isDirectory()) return {kind: 'directory', path};
		if (stats.isFile()) return {kind: 'tar', path};
	} catch (error) {
		if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
	}
	throw new Error(
		`unable to find image '${image}': give 'host' (this machine's own files), a directory, or a tar file`,
	);
}

/** What the layers depend on. */
export interface UnionOptions {
	readonly disposable: boolean;
	readonly privileged: boolean;
	readonly idMaps: IdMaps | undefined;
}

/** Unpacks what has to be unpacked, and tells the layers of the container's root. */
export async function unionFor(
	id: string,
	source: RootfsSource,
	{
		disposable,
		idMaps,
		privileged,
	}: {readonly disposable: boolean; readonly idMaps: IdMaps | undefined; readonly privileged: boolean},
): Promise<Union> {
	const data = containerData(id);
	const userNamespace = idMaps !== undefined;
	const owner = isRoot() && idMaps !== undefined ? rootOf(idMaps) : undefined;
	const over = (readOnly: string): Union => {
		const {driver, inMemory} = keepChangesOf(readOnly, data, userNamespace);
		return {
			driver,
			readOnly: [readOnly],
			readWrite: {path: join(data, 'layer'), owner, inMemory},
			target: join(data, 'rootfs'),
			userNamespace,
			noDevices: !privileged && !canConfineDevices(),
			disposable,
		};
	};
	switch (source.kind) {
		case 'host':
			// The engine's own directories: a container must not read others' logs, and an overlay must not hold itself.
			return {...over('/'), hidden: [stateDirectory(), dataDirectory()]};
		case 'directory':
			return over(source.path);
		case 'tar': {
			const lower = join(data, 'image');
			mkdirSync(lower);
			await unpackLayer(createReadStream(source.path), lower, {whiteouts: 'keep', userNamespace});
			return over(lower);
		}
	}
}

/** How, and where, what a container changes is kept. @throws one line if there is no way. */
function keepChangesOf(
	readOnly: string,
	data: string,
	userNamespace: boolean,
): {readonly driver: DriverName; readonly inMemory: boolean} {
	if (canHoldChanges(data, [readOnly], userNamespace)) return {driver: 'overlay', inMemory: false};
	if (canHoldChangesInMemory(userNamespace)) return {driver: 'overlay', inMemory: true};
	// A copy of everything can lie anywhere; of a whole machine it would be too large.
	if (readOnly !== '/') return {driver: 'vfs', inMemory: false};
	throw new Error(
		'changes to a view of this machine can be kept neither in the data directory, nor, before Linux 6.6, in memory: ' +
			'set DRYDOCK_DATA to a directory on a disk',
	);
}

/** Who the container's root is on the host. */
function rootOf({uidMappings, gidMappings}: IdMaps): {readonly uid: number; readonly gid: number} | undefined {
	const [uid, gid] = [hostIdOf(0, uidMappings), hostIdOf(0, gidMappings)];
	return uid === undefined || gid === undefined ? undefined : {uid, gid};
}

/** The user lists of the topmost branch that has them. */
export function userFilesOf({readOnly}: Union): ReturnType<typeof readUserFiles> {
	return readUserFiles(readOnly[0] ?? '/');
}
