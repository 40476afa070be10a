/**
 * The same root directory once more: the same read-only branches, and a read-write one of the twin's own.
 *
 *     our thread ──unshare──▶ a mount table of its own ──mount──▶ the union ──spawn──▶ the other engine
 *          ▲                                                                             (stays there)
 *          └──────────────────────── back home, where nothing was mounted ◀──┘
 *
 * The union is seen by whoever is started here, and goes when the last of them has gone: nothing is left on the host.
 * @module
 */

import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Original} from '#compare/twin';
import {MS_PRIVATE, MS_REC, mount} from '#kernel/mount';
import {comingBack} from '#kernel/namespace';
import {CLONE_FS, CLONE_NEWNS, unshare} from '#kernel/sched';
import {canHoldChanges, driverOf, type Union} from '#layers';

/** Makes the root appear and runs `use` where it can be seen. Synchronous: only what `use` starts stays there. */
export function withTwinRoot<T>({record, directory}: Original, use: (rootfs: string) => T): T {
	const {union} = record.container;
	if (union === undefined) throw new Error(`container ${record.name} has no layers: there is no root to make it from`);
	const target = join(directory, 'rootfs');
	mkdirSync(target, {recursive: true});
	const path = join(directory, 'layer');
	const twin: Union = {
		...union,
		target,
		readWrite: {path, inMemory: !canHoldChanges(directory, union.readOnly)},
		// Mounted by the machine's root, whoever is root inside.
		userNamespace: false,
		disposable: true,
	};
	return comingBack(['mnt'], () => {
		unshare(CLONE_FS | CLONE_NEWNS);
		mount(null, '/', null, MS_REC | MS_PRIVATE);
		driverOf(twin).prepare(twin);
		driverOf(twin).unite(twin);
		return use(target);
	});
}
