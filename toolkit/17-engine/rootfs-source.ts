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
import {canHoldChanges, type Union, unpackLayer} from '#layers';
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
	const base = {
		driver: 'overlay',
		target: join(data, 'rootfs'),
		userNamespace: idMaps !== undefined,
		noDevices: !privileged && !canConfineDevices(),
		disposable,
	} as const;
	const branch = join(data, 'layer');
	const owner = isRoot() && idMaps !== undefined ? rootOf(idMaps) : undefined;
	switch (source.kind) {
		case 'host':
			return {
				...base,
				readOnly: ['/'],
				readWrite: {path: branch, owner, inMemory: !canHoldChanges(data, ['/'])},
				// The engine's own directories: a container must not read others' logs, and an overlay must not hold itself.
				hidden: [stateDirectory(), dataDirectory()],
			};
		case 'directory':
			return {
				...base,
				readOnly: [source.path],
				readWrite: {path: branch, owner, inMemory: !canHoldChanges(data, [source.path])},
			};
		case 'tar': {
			const lower = join(data, 'image');
			mkdirSync(lower);
			await unpackLayer(createReadStream(source.path), lower, {whiteouts: 'keep'});
			return {...base, readOnly: [lower], readWrite: {path: branch, owner}};
		}
	}
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
