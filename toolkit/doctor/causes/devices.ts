/**
 * Why a device file can't be made, or opened: the device's numbers are judged by version 1's devices controller.
 *
 * Version 2 has no list to look at: there a program judges, which the runtime has handed to the kernel.
 *
 * Source: Documentation/admin-guide/cgroup-v1/devices.rst.
 * @module
 */
import {majorMinor} from '#kernel/mknod';
import type {Localized} from '#words/language';
import {flagsAt, textAt} from '../arguments.ts';
import type {Cause, Failure} from '../cause.ts';
import {lineInside} from '../cgroups.ts';
import {linesOf} from '../look.ts';
import {mountsOf} from '../mounts.ts';
import {pathsOf} from '../path-arguments.ts';
import {find} from '../paths.ts';

/** The causes that lie in the devices controller. */
export const deviceCauses: readonly Cause[] = [
	{
		id: 'device-forbidden-by-cgroup',
		calls: ['mknod', 'mknodat', 'open', 'openat', 'openat2'],
		errnos: ['EPERM'],
		test: failure => {
			const own = linesOf(`/proc/${failure.pid}/cgroup`).find(({text}) => /^\d+:([^:]*,)?devices(,[^:]*)?:/.test(text));
			const mount = mountsOf(process.pid).find(
				({fileSystem, superOptions}) => fileSystem === 'cgroup' && superOptions.includes('devices'),
			);
			const list = own && mount && lineInside(process.pid, `${mount.mountPoint}${own.text.split(':')[2]}/devices.list`);
			if (list === undefined || list.text.startsWith('a ')) return undefined;
			const wish = failure.call.startsWith('mknod') ? made(failure) : opened(failure);
			if (wish === undefined || list.text.split('\n').some(rule => allows(rule, wish))) return undefined;
			return {
				evidence: [own!.evidence, list.evidence],
				facts: {what: doing(wish.access), device: `${wish.kind} ${wish.major}:${wish.minor} ${wish.access}`},
			};
		},
		sentence: {
			en: 'The cgroup of the process forbids {what} this device: no line of its devices.list allows {device}.',
			zh: '进程所在的 cgroup 不允许{what}该设备：devices.list 里没有哪一行允许 {device}。',
		},
		remedy: {
			en: 'Allow it: drydock run --device-cgroup-rule, or --device.',
			zh: '放行它：drydock run --device-cgroup-rule，或 --device。',
		},
		source: 'Documentation/admin-guide/cgroup-v1/devices.rst',
	},
];

/** A device, and what is to be done with it: `m` make, `r` read, `w` write. */
interface Wish {
	readonly kind: 'b' | 'c';
	readonly major: number;
	readonly minor: number;
	readonly access: string;
}

function made(failure: Failure): Wish | undefined {
	const numbers = /makedev\((\d+), (\d+)\)/.exec(failure.args.map(String).join(' '));
	if (numbers === null) return undefined;
	const kind = textAt(failure, failure.call === 'mknod' ? 1 : 2).includes('S_IFBLK') ? 'b' : 'c';
	return {kind, major: Number(numbers[1]), minor: Number(numbers[2]), access: 'm'};
}

function opened(failure: Failure): Wish | undefined {
	const [argument] = pathsOf(failure);
	const stats = argument && find(failure.pid, argument.path, {from: argument.from})?.stats;
	if (stats === undefined || !(stats.isBlockDevice() || stats.isCharacterDevice())) return undefined;
	const flags = flagsAt(failure, failure.call === 'open' ? 1 : 2);
	const access = flags.has('O_RDWR') ? 'rw' : flags.has('O_WRONLY') ? 'w' : 'r';
	return {kind: stats.isBlockDevice() ? 'b' : 'c', ...majorMinor(stats.rdev), access};
}

function doing(access: string): Localized {
	return access === 'm' ? {en: 'making', zh: '创建'} : {en: 'opening', zh: '打开'};
}

/** A line of devices.list: `c 1:3 rwm`; `*` stands for any number. */
function allows(rule: string, {kind, major, minor, access}: Wish): boolean {
	const [type, numbers = '', allowed = ''] = rule.split(' ');
	const [anyMajor, anyMinor] = numbers.split(':');
	const fits = (pattern: string | undefined, number: number): boolean => pattern === '*' || pattern === `${number}`;
	const isEnough = [...access].every(letter => allowed.includes(letter));
	return (type === 'a' || type === kind) && fits(anyMajor, major) && fits(anyMinor, minor) && isEnough;
}
