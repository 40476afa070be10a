/**
 * Why an overlay isn't mounted. mount(2) has one word for it, EINVAL; the rules are overlayfs's own.
 *
 * Source: Documentation/filesystems/overlayfs.rst.
 * @module
 */
import type {Cause, Failure, Found} from '../cause.ts';
import {type Place, placeOf} from '../mounts.ts';
import {type Walk, walk} from '../paths.ts';
import {fileSystemOf, optionsOf} from './mount-arguments.ts';

const source = 'Documentation/filesystems/overlayfs.rst';

/** The causes of overlayfs's refusals. */
export const overlayCauses: readonly Cause[] = [
	{
		id: 'overlay-directory-missing',
		calls: ['mount'],
		errnos: ['ENOENT', 'ENOTDIR'],
		test: failure => {
			if (fileSystemOf(failure) !== 'overlay') return undefined;
			for (const [option, path] of directoriesOf(failure)) {
				const end = walk(failure.pid, path);
				if (end.outcome === 'missing' || end.outcome === 'not-directory')
					return {evidence: [`${option}=${path}`, evidenceOf(end)], facts: {option, path, missing: end.path}};
			}
			return undefined;
		},
		sentence: {
			en: 'The {option} {path} isn’t there, or is no directory: the walk ends at {missing}.',
			zh: '{option} {path} 不存在，或者不是目录：路径查找止于 {missing}。',
		},
		remedy: {
			en: 'Make the directory first. In lowerdir a colon separates directories; one in a name is written \\:.',
			zh: '先创建该目录。lowerdir 里用冒号分隔目录；名称中的冒号要写成 \\:。',
		},
		source,
	},
	overlayCause(
		'overlay-upper-without-work',
		(_, failure) => {
			const options = optionsOf(failure);
			return options.has('upperdir') && !options.has('workdir')
				? {evidence: [`mount options: ${[...options.keys()].join(',')}`]}
				: undefined;
		},
		{
			sentence: {
				en: 'There is an upperdir and no workdir: overlayfs prepares files in a work directory before they appear.',
				zh: '给出了 upperdir 却没有 workdir：overlayfs 要先在工作目录里准备好文件，再让它们出现。',
			},
			remedy: {
				en: 'Add workdir=, an empty directory on the same mount as the upperdir.',
				zh: '加上 workdir=，它应是与 upperdir 位于同一挂载上的空目录。',
			},
		},
	),
	overlayCause(
		'overlay-work-on-another-mount',
		({upper, work}) =>
			upper && work && upper.mount.id !== work.mount.id
				? {evidence: [upper.mount.evidence, work.mount.evidence], facts: {upper: upper.path, work: work.path}}
				: undefined,
		{
			sentence: {
				en: 'upperdir {upper} and workdir {work} lie on two mounts: files are renamed from one into the other, which works within one mount only.',
				zh: 'upperdir {upper} 与 workdir {work} 位于两个挂载上：文件要从一处改名到另一处，而这只能在同一挂载内进行。',
			},
			remedy: {
				en: 'Choose a workdir beside the upperdir.',
				zh: '把 workdir 选在 upperdir 旁边。',
			},
		},
	),
	overlayCause(
		'overlay-work-inside-upper',
		({upper, work}) => {
			const isNested = upper && work && (isWithin(work.path, upper.path) || isWithin(upper.path, work.path));
			return isNested
				? {evidence: [`upperdir=${upper.path}`, `workdir=${work.path}`], facts: {upper: upper.path, work: work.path}}
				: undefined;
		},
		{
			sentence: {
				en: 'One of upperdir {upper} and workdir {work} lies inside the other: they have to stand side by side.',
				zh: 'upperdir {upper} 与 workdir {work} 一个在另一个之内：它们必须并列。',
			},
			remedy: {en: 'Use two directories side by side.', zh: '使用两个并列的目录。'},
		},
	),
	overlayCause(
		'overlay-upper-on-unfit-file-system',
		({upper}) =>
			upper && unfit.has(upper.mount.fileSystem)
				? {evidence: [upper.mount.evidence], facts: {upper: upper.path, type: upper.mount.fileSystem}}
				: undefined,
		{
			sentence: {
				en: 'upperdir {upper} is on {type}, which can’t hold an upper layer: it lacks whiteouts, or the attributes that overlayfs notes things in.',
				zh: 'upperdir {upper} 位于 {type} 上，它不能承载上层：它没有 whiteout，或缺少 overlayfs 用来记录信息的扩展属性。',
			},
			remedy: {
				en: 'Put upperdir and workdir on ext4, xfs, btrfs or tmpfs; inside a container, on a volume.',
				zh: '把 upperdir 和 workdir 放到 ext4、xfs、btrfs 或 tmpfs 上；在容器里则放到卷上。',
			},
		},
	),
];

interface Layers {
	readonly upper: Place | undefined;
	readonly work: Place | undefined;
}

const unfit: ReadonlySet<string> = new Set([
	'overlay',
	'nfs',
	'nfs4',
	'vfat',
	'exfat',
	'fuse',
	'proc',
	'sysfs',
	'9p',
	'squashfs',
	'erofs',
]);

function overlayCause(
	id: string,
	test: (layers: Layers, failure: Failure) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		calls: ['mount'],
		errnos: ['EINVAL', 'EPERM', 'ENOTSUP'],
		test: failure => {
			if (fileSystemOf(failure) !== 'overlay') return undefined;
			const options = optionsOf(failure);
			const place = (name: string): Place | undefined => {
				const path = options.get(name);
				return path === undefined ? undefined : placeOf(failure.pid, unescaped(path));
			};
			return test({upper: place('upperdir'), work: place('workdir')}, failure);
		},
		source,
	};
}

function directoriesOf(failure: Failure): readonly (readonly [string, string])[] {
	return [...optionsOf(failure)].flatMap(([option, value]): readonly (readonly [string, string])[] => {
		if (option === 'upperdir' || option === 'workdir') return [[option, unescaped(value)] as const];
		if (option !== 'lowerdir') return [];
		return (value.match(/(?:\\.|[^:\\])+/g) ?? []).map(path => [option, unescaped(path)] as const);
	});
}

function unescaped(path: string): string {
	return path.replace(/\\(.)/g, '$1');
}

function isWithin(path: string, directory: string): boolean {
	return path === directory || path.startsWith(`${directory}/`);
}

function evidenceOf(end: Walk): string {
	return `lstat ${end.path}: ${end.outcome === 'missing' ? 'not there' : 'no directory'}`;
}
