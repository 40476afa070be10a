/**
 * What directories, device files and written values mean.
 * @module
 */
import {basename, dirname, resolve} from 'node:path';
import {AT_FDCWD} from '#narrate/raw-call';
import {has, type SpokenCall, threeWords, word} from '../spoken.ts';
import type {Fact} from './fact.ts';

/** What a write to a file of the kernel's means; undefined for another call. */
export function cgroupFact({call, args}: SpokenCall): Fact | undefined {
	if (call !== 'write') return undefined;
	const [path, value] = threeWords(args);
	const file = basename(path);
	const map = value.replaceAll(/\s+/g, ' ');
	const memory = /^\/proc\/(\d+)\/mem$/.exec(path)?.[1];
	if (memory !== undefined) return ['memoryWritten', memory, value];
	if (/^\/proc\/[^/]+\/uid_map$/.test(path)) return ['uidMap', map];
	if (/^\/proc\/[^/]+\/gid_map$/.test(path)) return ['gidMap', map];
	if (/^\/proc\/[^/]+\/setgroups$/.test(path)) return ['setgroupsFile', value];
	if (path.startsWith('/proc/sys/')) return ['sysctl', path.slice('/proc/sys/'.length).replaceAll('/', '.'), value];
	return isCgroupFile(path, file) ? writtenToCgroup(file, value, groupOf(path)) : ['write', path, value];
}

/** What another call about files means; undefined for one that is none. */
export function fileFact(spoken: SpokenCall): Fact | undefined {
	const {call, args} = spoken;
	const path = wholePath(spoken);
	switch (call) {
		case 'mkdir':
		case 'mkdirat':
			return isBelowCgroup(path) ? ['cgroupMade', path] : ['directoryMade', path];
		case 'rmdir':
			return isBelowCgroup(path) ? ['cgroupRemoved', path] : ['directoryRemoved', path];
		case 'unlinkat':
			if (!has(args[2], 'AT_REMOVEDIR')) return undefined;
			return isBelowCgroup(path) ? ['cgroupRemoved', path] : ['directoryRemoved', path];
		case 'open':
		case 'openat':
		case 'openat2':
		case 'creat':
			return args.some(arg => has(arg, 'O_WRONLY') || has(arg, 'O_RDWR')) ? ['openedToWrite', path] : ['opened'];
		case 'mknod':
			return ['mknod', path, word(args[2])];
		case 'mknodat':
			return ['mknod', path, word(args[3])];
		default:
			return undefined;
	}
}

/** The path from the root on, where it is known from which directory it starts. */
function wholePath({call, args, files}: SpokenCall): string {
	const isFrom = /at2?$/.test(call) && call !== 'creat';
	const path = word(isFrom ? args[1] : args[0]);
	const start = files?.[isFrom && typeof args[0] === 'number' ? args[0] : AT_FDCWD];
	return start === undefined ? path : resolve(start, path);
}

function writtenToCgroup(file: string, value: string, group: string): Fact {
	switch (file) {
		case 'cgroup.procs':
		case 'cgroup.threads':
		case 'tasks':
			return ['cgroupJoin', value, group];
		case 'cgroup.subtree_control':
			return ['cgroupControllers', value, group];
		case 'cgroup.kill':
			return ['cgroupKill', group];
		case 'cgroup.freeze':
			return [value === '0' ? 'cgroupThaw' : 'cgroupFreeze', group];
		case 'freezer.state':
			return [value === 'THAWED' ? 'cgroupThaw' : 'cgroupFreeze', group];
		default:
			return ['cgroupLimit', file, value, group];
	}
}

/** Cgroup files bear their controller's name, wherever the hierarchy is mounted. */
function isCgroupFile(path: string, file: string): boolean {
	return isBelowCgroup(path) || file === 'tasks' || file === 'cgroup.procs';
}

function isBelowCgroup(path: string): boolean {
	return /(^|\/)cgroup2?\//.test(path);
}

/** A cgroup's own name, without the place where its hierarchy is mounted. */
function groupOf(path: string): string {
	return dirname(path).replace(/^\/sys\/fs\/cgroup(?=\/|$)/, '') || '/';
}
