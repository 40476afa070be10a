/**
 * Files that are calls in disguise: cgroup directories, the kernel's switches, device nodes.
 *
 * Source: cgroups(7), proc(5), mknod(2), statfs(2).
 * @module
 */
import {constants, statfsSync} from 'node:fs';
import {dirname, isAbsolute} from 'node:path';
import {flagNames, KernelName} from '#kernel/error';
import {O_NAMES} from '#kernel/walk';
import {
	AT_FDCWD,
	bytes,
	type Deed,
	directory,
	filesBehind,
	int,
	mode,
	type RawCall,
	type SeenCall,
	string,
	uint,
} from '#narrate/raw-call';

const AT_REMOVEDIR = 0x200;
const S_IFMT = 0o170000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;
const CGROUP_MAGIC = 0x27e0eb;
const CGROUP2_MAGIC = 0x63677270;
const PROC_MAGIC = 0x9fa0;
const SYSFS_MAGIC = 0x62656572;

const {O_WRONLY, O_RDWR, O_EXCL, O_APPEND} = constants;
const openFlags = {...O_NAMES, O_APPEND};

/** Files that the kernel reads as orders when they are written. */
const orders: readonly number[] = [CGROUP_MAGIC, CGROUP2_MAGIC, PROC_MAGIC, SYSFS_MAGIC];
/** What programs write about themselves all day, without anybody's interest. */
const chatter = /^\/proc\/[^/]+\/(task\/[^/]+\/)?(comm|attr\/|fd\/|fdinfo\/)/;

export const fileDeeds: Readonly<Record<string, Deed>> = {
	mkdir: {see: raw => inCgroup(raw, parentOf(raw, undefined, 0), () => [string(raw, 0), mode(uint(raw, 1))])},
	mkdirat: {
		see: raw => inCgroup(raw, parentOf(raw, 0, 1), () => [directory(raw, 0), string(raw, 1), mode(uint(raw, 2))]),
	},
	rmdir: {see: raw => inCgroup(raw, parentOf(raw, undefined, 0), () => [string(raw, 0)])},
	unlinkat: {
		see: raw =>
			(uint(raw, 2) & AT_REMOVEDIR) === 0
				? undefined
				: inCgroup(raw, parentOf(raw, 0, 1), () => [directory(raw, 0), string(raw, 1), new KernelName('AT_REMOVEDIR')]),
		when: [{index: 2, value: AT_REMOVEDIR, valueTwo: AT_REMOVEDIR, op: 'SCMP_CMP_MASKED_EQ'}],
	},
	open: {see: raw => opened(raw, undefined, 0, uint(raw, 1)), when: forWriting(1)},
	openat: {see: raw => opened(raw, 0, 1, uint(raw, 2)), when: forWriting(2)},
	creat: {see: raw => opened(raw, undefined, 0, O_WRONLY)},
	openat2: {see: raw => opened(raw, 0, 1, Number(bytes(raw, 2, 8)?.readBigUInt64LE() ?? 0n))},
	mknod: {see: raw => device(raw, uint(raw, 1), uint(raw, 2), [string(raw, 0)]), when: deviceKinds(1)},
	mknodat: {
		see: raw => device(raw, uint(raw, 2), uint(raw, 3), [directory(raw, 0), string(raw, 1)]),
		when: deviceKinds(2),
	},
};

/** Whether a write to what a descriptor of a process leads to is an order to the kernel. */
export function takesOrders(pid: number, fd: number, path: string): boolean {
	return orders.includes(fileSystemOf(`/proc/${pid}/fd/${fd}`)) && !chatter.test(path);
}

/** Orders are given by a write later; what is worth telling is that the kernel won't take any. */
function opened(raw: RawCall, at: number | undefined, index: number, bits: number): SeenCall | undefined {
	const path = string(raw, index);
	if ((bits & (O_WRONLY | O_RDWR)) === 0 || typeof path !== 'string' || chatter.test(path)) return undefined;
	const parent = parentOf(raw, at, index);
	if (parent === undefined || !orders.includes(fileSystemOf(parent))) return undefined;
	const from = at === undefined ? undefined : directory(raw, at);
	const shown = [path, flagNames(bits, openFlags)];
	return {
		call: raw.name,
		args: from === undefined ? shown : [from, ...shown],
		isUsual: true,
		...(isAbsolute(path) ? {} : filesBehind(raw, typeof from === 'number' ? from : AT_FDCWD)),
	};
}

/**
 * A file opened to be written, or both: the access mode is two bits. With O_EXCL it must be a new one, which none of the
 * kernel's is; that spares programs that copy or unpack many files.
 */
function forWriting(index: number): Deed['when'] & {} {
	return [O_WRONLY, O_RDWR].map(access => ({
		index,
		value: O_WRONLY | O_RDWR | O_EXCL,
		valueTwo: access,
		op: 'SCMP_CMP_MASKED_EQ',
	}));
}

function inCgroup(raw: RawCall, parent: string | undefined, args: () => readonly unknown[]): SeenCall | undefined {
	if (parent === undefined || ![CGROUP_MAGIC, CGROUP2_MAGIC].includes(fileSystemOf(parent))) return undefined;
	const shown = args();
	const [first] = shown;
	return {call: raw.name, args: shown, ...filesBehind(raw, typeof first === 'number' ? first : AT_FDCWD)};
}

/** The directory above a path, by a name that works here. A link to `/…` on the way is followed from our root: a wrong guess. */
function parentOf(raw: RawCall, at: number | undefined, index: number): string | undefined {
	const path = string(raw, index);
	if (typeof path !== 'string') return undefined;
	const from = at === undefined ? undefined : int(raw, at);
	const start = isAbsolute(path) ? 'root' : from === undefined || from < 0 ? 'cwd' : `fd/${from}`;
	// Put together, not joined: only the kernel knows where `..` leads.
	return `/proc/${raw.pid}/${start}/${dirname(path.replace(/\/+$/, ''))}`;
}

function fileSystemOf(path: string): number {
	try {
		return statfsSync(path).type >>> 0;
	} catch {
		return 0;
	}
}

function device(raw: RawCall, kind: number, number: number, args: readonly unknown[]): SeenCall | undefined {
	const type = kind & S_IFMT;
	if (type !== S_IFCHR && type !== S_IFBLK) return undefined;
	const named = new KernelName(`${type === S_IFCHR ? 'S_IFCHR' : 'S_IFBLK'}|${mode(kind)}`);
	// The kernel's 32-bit dev_t: minor's low 8 bits, major's 12, minor's high 12.
	const [major, minor] = [(number >> 8) & 0xfff, (number & 0xff) | ((number >>> 12) & 0xfff00)];
	return {call: raw.name, args: [...args, named, new KernelName(`makedev(${major}, ${minor})`)]};
}

function deviceKinds(index: number): Deed['when'] & {} {
	return [S_IFCHR, S_IFBLK].map(kind => ({index, value: S_IFMT, valueTwo: kind, op: 'SCMP_CMP_MASKED_EQ'}));
}
