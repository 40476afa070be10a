/**
 * What things are called in a sentence, in both languages. In evidence they keep the kernel's names.
 *
 * A Chinese name in Latin letters begins with the space that stands between it and the character before.
 * @module
 */
import type {Stats} from 'node:fs';
import type {NamespaceKind} from '#kernel/namespace';
import type {Localized} from '#words/language';
import {kindOf} from './permissions.ts';

/** A kind of namespace in full: `mount namespace`. */
export function namespaceName(kind: NamespaceKind): Localized {
	return namespaces[kind].name;
}

/** The same with its article: `an IPC namespace`. */
export function aNamespace(kind: NamespaceKind): Localized {
	const {en, zh} = namespaceName(kind);
	return {en: `${en.startsWith('I') ? 'an' : 'a'} ${en}`, zh};
}

/** How unshare(1) is told to make one: `--mount`. */
export function unshareOption(kind: NamespaceKind): string {
	return namespaces[kind].option;
}

/** What a file is: `block device`. */
export function fileKindName(stats: Stats): Localized {
	const kind = kindOf(stats);
	return {en: kind, zh: fileKinds[kind]};
}

/** Names one after the other. */
export function listed(names: readonly string[]): Localized {
	return {en: names.join(', '), zh: names.join('、')};
}

const namespaces: Readonly<Record<NamespaceKind, {readonly name: Localized; readonly option: string}>> = {
	mnt: {name: {en: 'mount namespace', zh: '挂载命名空间'}, option: '--mount'},
	uts: {name: {en: 'UTS namespace', zh: ' UTS 命名空间'}, option: '--uts'},
	ipc: {name: {en: 'IPC namespace', zh: ' IPC 命名空间'}, option: '--ipc'},
	pid: {name: {en: 'PID namespace', zh: ' PID 命名空间'}, option: '--pid --fork'},
	net: {name: {en: 'network namespace', zh: '网络命名空间'}, option: '--net'},
	user: {name: {en: 'user namespace', zh: '用户命名空间'}, option: '--user'},
	cgroup: {name: {en: 'cgroup namespace', zh: ' cgroup 命名空间'}, option: '--cgroup'},
	time: {name: {en: 'time namespace', zh: '时间命名空间'}, option: '--time --fork'},
};

const fileKinds: Readonly<Record<ReturnType<typeof kindOf>, string>> = {
	directory: '目录',
	'symbolic link': '符号链接',
	'character device': '字符设备文件',
	'block device': '块设备文件',
	FIFO: ' FIFO',
	socket: '套接字',
	file: '普通文件',
};
