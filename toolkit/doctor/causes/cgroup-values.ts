/**
 * What each file of a cgroup takes.
 *
 * Sources: Documentation/admin-guide/cgroup-v2.rst, Documentation/admin-guide/cgroup-v1/.
 * @module
 */
import {readKernelFile} from '#kernel/file';
import type {Localized} from '#words/language';

/** What a file takes, in words. */
export interface Rule {
	readonly takes: (value: string) => boolean;
	readonly words: Localized;
	/** The kernel's file that says how far the values go on this machine. */
	readonly bounds?: string;
}

/** The rule for a file; undefined for one whose rule isn't known here. */
export function ruleFor(name: string): Rule | undefined {
	return rules.find(([pattern]) => pattern.test(name))?.[1];
}

const count: Rule = {
	takes: value => value === 'max' || /^\d+$/.test(value),
	words: {en: 'a whole number, or max', zh: '非负整数，或 max'},
};
const bytes: Rule = {
	takes: value => value === 'max' || /^\d+[kmgtpe]?$/i.test(value),
	words: {en: 'bytes with an optional K, M or G, or max', zh: '字节数（可带 K、M、G），或 max'},
};
const legacyBytes: Rule = {
	takes: value => value === '-1' || /^\d+[kmgtpe]?$/i.test(value),
	words: {en: 'bytes with an optional K, M or G, or -1 for no limit', zh: '字节数（可带 K、M、G），或以 -1 表示不限'},
};

function range(least: number, most: number): Rule {
	return {
		takes: value => /^-?\d+$/.test(value) && Number(value) >= least && Number(value) <= most,
		words: {en: `a whole number from ${least} to ${most}`, zh: `${least} 到 ${most} 的整数`},
	};
}

function words(...allowed: readonly string[]): Rule {
	return {
		takes: value => allowed.includes(value),
		words: {en: allowed.join(' or '), zh: allowed.join(' 或 ')},
	};
}

/** A list such as `0-3,6` of numbers that the machine can have; `all` and `N`, the last, are words of it. */
function list(possible: string): Rule {
	const word = String.raw`(\d+|N)(-(\d+|N)(:\d+/\d+)?)?|all`;
	return {
		takes: value => {
			if (value === '') return true;
			if (!new RegExp(`^(${word})(,(${word}))*$`).test(value)) return false;
			const most = Math.max(...readKernelFile(possible).match(/\d+/g)!.map(Number));
			return value.split(',').every(part => {
				const [first = 0, last = first] = part.split(':')[0]!.split('-').map(Number);
				return Number.isNaN(first) || Number.isNaN(last) || (first <= last && last <= most);
			});
		},
		words: {en: `a list such as 0-3,6 of numbers in ${possible}`, zh: `形如 0-3,6 的列表，编号须在 ${possible} 之内`},
		bounds: possible,
	};
}

const SHORTEST = 1000;
const LONGEST = 1_000_000;

const rules: readonly (readonly [RegExp, Rule])[] = [
	[/^(pids\.max|cgroup\.max\.(depth|descendants))$/, count],
	[/^(memory\.(max|high|low|min)|memory\.swap\.(max|high)|hugetlb\..*\.max)$/, bytes],
	[/^memory\..*limit_in_bytes$|^hugetlb\..*limit_in_bytes$/, legacyBytes],
	[
		/^cpu\.max$/,
		{
			takes: value => {
				const [quota = '', period = '100000'] = value.split(' ');
				const fits = quota === 'max' || (/^\d+$/.test(quota) && Number(quota) >= SHORTEST);
				return fits && /^\d+$/.test(period) && Number(period) >= SHORTEST && Number(period) <= LONGEST;
			},
			words: {
				en: '“QUOTA PERIOD” in microseconds: a quota of at least 1000 or max, a period from 1000 to 1000000',
				zh: '以微秒计的“配额 周期”：配额至少 1000 或为 max，周期为 1000 到 1000000',
			},
		},
	],
	[
		/^cpu\.cfs_quota_us$/,
		{
			takes: value => value === '-1' || (/^\d+$/.test(value) && Number(value) >= SHORTEST),
			words: {en: 'at least 1000 microseconds, or -1 for no limit', zh: '至少 1000 微秒，或以 -1 表示不限'},
		},
	],
	[/^cpu\.cfs_period_us$/, range(SHORTEST, LONGEST)],
	[/^cpu\.weight$/, range(1, 10_000)],
	[/^cpu\.weight\.nice$/, range(-20, 19)],
	[/^cpu\.shares$/, range(0, Number.MAX_SAFE_INTEGER)],
	[/^blkio\.(bfq\.)?weight$/, range(10, 1000)],
	[/^memory\.swappiness$/, range(0, 200)],
	[/^cpuset\.cpus$/, list('/sys/devices/system/cpu/possible')],
	[/^cpuset\.mems$/, list('/sys/devices/system/node/possible')],
	[/^cgroup\.freeze$/, words('0', '1')],
	[/^cgroup\.kill$/, words('1')],
	[/^cgroup\.type$/, words('threaded')],
	[/^freezer\.state$/, words('FROZEN', 'THAWED')],
	[/^(cgroup\.procs|cgroup\.threads|tasks)$/, range(0, 4_194_304)],
	[
		/^cgroup\.subtree_control$/,
		{
			takes: value => value.split(/\s+/).every(word => /^[+-]\w+$/.test(word)),
			words: {en: 'names of controllers, each with + or - before it', zh: '控制器名称，每个名称之前带 + 或 -'},
		},
	],
];
