/**
 * What calls about mounts mean. mount(2) does five different things, depending on its flags.
 * @module
 */

import {has, type SpokenCall, threeWords, word} from '../spoken.ts';
import type {Fact} from './fact.ts';

const kinds = {private: 'MS_PRIVATE', slave: 'MS_SLAVE', shared: 'MS_SHARED', unbindable: 'MS_UNBINDABLE'} as const;

/** What a call about mounts means; undefined for another. */
export function mountFact({call, args}: SpokenCall): Fact | undefined {
	const [first, second, third] = threeWords(args);
	switch (call) {
		case 'mount':
			return mounted(args);
		case 'umount2':
			return [has(args[1], 'MNT_DETACH') ? 'umountLazy' : 'umount', first];
		case 'pivot_root':
			return first === second ? ['pivotRootHere'] : ['pivotRoot', first, second];
		case 'chroot':
			return ['chroot', first];
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
			return ['moveMount', word(args[3]) || 'a place held by a descriptor'];
		case 'mount_setattr':
			return ['mountSetattr', word(args[3] ?? args[2])];
		default:
			return undefined;
	}
}

function mounted(args: readonly unknown[]): Fact {
	const [source, target, type] = threeWords(args);
	const flags = args[3];
	const isTree = has(flags, 'MS_REC');
	if (has(flags, 'MS_REMOUNT')) return [has(flags, 'MS_RDONLY') ? 'mountReadOnly' : 'mountOptions', target];
	for (const [kind, flag] of Object.entries(kinds)) {
		if (has(flags, flag)) return [isTree ? 'propagationTree' : 'propagation', kind, target];
	}
	if (has(flags, 'MS_MOVE')) return ['mountMove', source, target];
	if (has(flags, 'MS_BIND')) return [isTree ? 'mountBindTree' : 'mountBind', source, target];
	return ['mountNew', type, target];
}

function configured(command: string, key: string, value: string): Fact {
	if (command.startsWith('FSCONFIG_CMD_CREATE')) return ['fsconfigCreate'];
	if (command === 'FSCONFIG_CMD_RECONFIGURE') return ['fsconfigReconfigure'];
	return ['fsconfig', key, value];
}
