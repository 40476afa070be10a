/**
 * What calls about mounts mean. mount(2) does five different things, depending on its flags.
 * @module
 */

import {resolve} from 'node:path';
import {AT_FDCWD, heldDescriptor, ROOT} from '#narrate/raw-call';
import {has, type SpokenCall, threeWords, word} from '../spoken.ts';
import type {Fact} from './fact.ts';

const kinds = {private: 'MS_PRIVATE', slave: 'MS_SLAVE', shared: 'MS_SHARED', unbindable: 'MS_UNBINDABLE'} as const;

/** What a call about mounts means; undefined for another. */
export function mountFact(spoken: SpokenCall): Fact | undefined {
	const {call, args} = spoken;
	const [first, second, third] = threeWords(args);
	switch (call) {
		case 'mount':
			return mounted(spoken);
		case 'umount2':
			return [has(args[1], 'MNT_DETACH') ? 'umountLazy' : 'umount', whole(first, spoken)];
		case 'pivot_root':
			return first === second
				? ['pivotRootHere', whole(first, spoken)]
				: ['pivotRoot', whole(first, spoken), whole(second, spoken)];
		case 'chroot':
			return chrootFact(first, spoken);
		case 'chdir':
			return ['chdir', first];
		case 'fsopen':
			return ['fsopen', first];
		case 'fsconfig':
			return configured(second, third, word(args[3]));
		case 'fsmount':
			return ['fsmount'];
		case 'fspick':
			return ['fspick', second];
		case 'open_tree':
			return [has(args[2], 'OPEN_TREE_CLONE') ? 'openTreeClone' : 'openTree', second];
		case 'move_mount':
			return moved(spoken);
		case 'mount_setattr':
			return ['mountSetattr', word(args[3] ?? args[2])];
		default:
			return undefined;
	}
}

/** A path from the root on, where it is known from which directory it starts, or which descriptor it stands for. */
function whole(path: string, {files}: SpokenCall): string {
	const held = heldDescriptor(path);
	if (held !== undefined) return files?.[held] ?? path;
	const start = files?.[AT_FDCWD];
	return start === undefined || path === '' || path.startsWith('/') ? path : resolve(start, path);
}

/** Inside a chroot paths mean something else than outside; who climbs out of one is better followed from outside. */
function chrootFact(path: string, {files}: SpokenCall): Fact {
	const start = files?.[path.startsWith('/') ? ROOT : AT_FDCWD];
	const outside = start === undefined ? path : resolve(start, `./${path}`);
	return outside === path ? ['chroot', path] : ['chrootFrom', path, outside];
}

/** An empty path is the descriptor before it. */
function moved({args, files}: SpokenCall): Fact {
	const target = word(args[3]) || files?.[Number(word(args[2]))];
	return target === undefined ? ['moveMountHeld'] : ['moveMount', target];
}

function mounted(spoken: SpokenCall): Fact {
	const {args} = spoken;
	const [source, named, type] = threeWords(args);
	const target = whole(named, spoken);
	const flags = args[3];
	const isTree = has(flags, 'MS_REC');
	if (has(flags, 'MS_REMOUNT')) {
		const isReadOnly = has(flags, 'MS_RDONLY');
		if (has(flags, 'MS_BIND')) return [isReadOnly ? 'mountReadOnly' : 'mountOptions', target];
		return [isReadOnly ? 'fileSystemReadOnly' : 'fileSystemOptions', target];
	}
	for (const [kind, flag] of Object.entries(kinds)) {
		if (has(flags, flag)) return [isTree ? 'propagationTree' : 'propagation', kind, target];
	}
	if (has(flags, 'MS_MOVE')) return ['mountMove', whole(source, spoken), target];
	if (has(flags, 'MS_BIND')) {
		const from = whole(source, spoken);
		if (from === target) return ['mountBindSelf', target];
		return [isTree ? 'mountBindTree' : 'mountBind', from, target];
	}
	const root = spoken.files?.[ROOT];
	return root === undefined
		? ['mountNew', type, target]
		: ['mountNewInside', type, target, resolve(root, `./${target}`)];
}

function configured(command: string, key: string, value: string): Fact {
	if (command.startsWith('FSCONFIG_CMD_CREATE')) return ['fsconfigCreate'];
	if (command === 'FSCONFIG_CMD_RECONFIGURE') return ['fsconfigReconfigure'];
	return ['fsconfig', key, value];
}
