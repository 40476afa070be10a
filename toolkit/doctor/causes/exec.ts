/**
 * Why execve(2) doesn't start a program, though its file may be right there.
 *
 * The surprise: ENOENT is said of a file that exists, when what is missing is the program that should run it.
 *
 * Sources: execve(2), elf(5).
 * @module
 */
import type {Cause, Failure, Found} from '../cause.ts';
import {writersOf} from '../holders.ts';
import {evidenceOf, processName, statusLine} from '../look.ts';
import {placeOf} from '../mounts.ts';
import {pathsOf} from '../path-arguments.ts';
import {find, outsidePath, walk} from '../paths.ts';
import {EXECUTE, mayAccess, modeEvidence} from '../permissions.ts';
import {type ProgramFile, readProgram} from '../program-file.ts';
import {fileKindName} from '../words.ts';

const calls = ['execve', 'execveat'];
const source = 'execve(2) ERRORS';

/** The causes of execve's refusals. */
export const execCauses: readonly Cause[] = [
	execCause(
		'exec-interpreter-missing',
		['ENOENT', 'ENOTDIR'],
		({path, kind, interpreter, head}, {pid}) => {
			if (kind !== 'script' || interpreter === undefined) return undefined;
			const end = walk(pid, interpreter);
			return end.outcome === 'found'
				? undefined
				: {evidence: [`${path}: ${head}`, `lstat ${end.path}: ENOENT`], facts: {path, interpreter}};
		},
		{
			sentence: {
				en: '{path} is there; what is missing is the interpreter that its first line names: {interpreter}.',
				zh: '{path} 是存在的；缺少的是它首行所指的解释器：{interpreter}。',
			},
			remedy: {
				en: 'Install it where the process sees it, or change the first line. If the name ends in \\r, the file has DOS line ends.',
				zh: '把它安装到该进程能看到的位置，或修改首行。若名称以 \\r 结尾，则该文件使用了 DOS 换行。',
			},
		},
	),
	execCause(
		'exec-loader-missing',
		['ENOENT', 'ENOTDIR'],
		({path, kind, interpreter}, {pid}) => {
			if (kind !== 'elf' || interpreter === undefined) return undefined;
			const end = walk(pid, interpreter);
			return end.outcome === 'found'
				? undefined
				: {
						evidence: [`${path}: ELF, PT_INTERP ${interpreter}`, `lstat ${end.path}: ENOENT`],
						facts: {path, interpreter},
					};
		},
		{
			sentence: {
				en: '{path} is there; what is missing is the loader that it is linked for: {interpreter}.',
				zh: '{path} 是存在的；缺少的是它链接时指定的动态加载器：{interpreter}。',
			},
			remedy: {
				en: 'Copy the loader and the libraries that ldd lists; or use a program linked statically; or one built for this libc (musl and glibc have different loaders).',
				zh: '复制该加载器以及 ldd 列出的库；或使用静态链接的程序；或使用为此 libc 构建的程序（musl 与 glibc 的加载器不同）。',
			},
		},
	),
	execCause(
		'exec-of-a-directory',
		['EACCES'],
		({path, stats}) =>
			stats.isFile() ? undefined : {evidence: [modeEvidence(path, stats)], facts: {path, kind: fileKindName(stats)}},
		{
			sentence: {
				en: '{path} is a {kind}, and only a regular file can be executed.',
				zh: '{path} 是{kind}，而只有普通文件才能执行。',
			},
			remedy: {en: 'Name the program itself.', zh: '请指明程序文件本身。'},
		},
	),
	execCause(
		'exec-noexec-mount',
		['EACCES'],
		({path}, {pid}) => {
			const place = placeOf(pid, path);
			return place?.mount.options.includes('noexec')
				? {evidence: [place.mount.evidence], facts: {path, mount: place.mount.mountPoint}}
				: undefined;
		},
		{
			sentence: {
				en: '{path} lies on the mount at {mount}, which has noexec: nothing on it can be executed.',
				zh: '{path} 位于 {mount} 处的挂载上，而该挂载带有 noexec：其上的任何文件都不能执行。',
			},
			remedy: {
				en: 'Put the program elsewhere, or: mount -o remount,exec {mount}',
				zh: '把程序放到别处，或执行：mount -o remount,exec {mount}',
			},
		},
	),
	execCause(
		'exec-no-x-bit',
		['EACCES'],
		({path, stats}, {pid}) =>
			mayAccess(pid, stats, EXECUTE, outsidePath(pid, path))
				? undefined
				: {evidence: [modeEvidence(path, stats), statusLine(pid, 'Uid').evidence], facts: {path}},
		{
			sentence: {en: '{path} lacks the x bit for this process.', zh: '对该进程而言，{path} 缺少 x 权限位。'},
			remedy: {en: 'chmod +x {path}', zh: 'chmod +x {path}'},
		},
	),
	execCause(
		'exec-interpreter-no-x-bit',
		['EACCES'],
		({path, interpreter, head}, {pid}) => {
			const there = interpreter === undefined ? undefined : find(pid, interpreter);
			if (
				there === undefined ||
				(there.stats.isFile() && mayAccess(pid, there.stats, EXECUTE, outsidePath(pid, there.path)))
			)
				return undefined;
			return {
				evidence: [evidenceOf(path, head), modeEvidence(there.path, there.stats)],
				facts: {path, interpreter: interpreter!},
			};
		},
		{
			sentence: {
				en: '{path} may be executed, but its interpreter {interpreter} may not.',
				zh: '{path} 可以执行，但它的解释器 {interpreter} 不能执行。',
			},
			remedy: {
				en: 'If it is a program: chmod +x {interpreter}; else mend the first line of {path}.',
				zh: '若它是程序，执行 chmod +x {interpreter}；否则修改 {path} 的首行。',
			},
		},
	),
	execCause(
		'exec-open-for-writing',
		['ETXTBSY'],
		({path, stats}) => {
			const [writer] = writersOf({file: stats});
			return writer && {evidence: [writer.evidence], facts: {path, process: processName(writer.pid)}};
		},
		{
			sentence: {
				en: 'Process {process} has {path} open for writing, and a program that may change under the processor isn’t started.',
				zh: '进程 {process} 正以写方式打开 {path}，而内核不会启动可能随时被改写的程序。',
			},
			remedy: {en: 'Let it finish writing and close the file.', zh: '请等它写完并关闭文件。'},
		},
	),
	execCause(
		'exec-other-architecture',
		['ENOEXEC'],
		({path, kind, machine, head}) =>
			kind === 'elf' && machine !== undefined && machine !== ownMachine
				? {evidence: [evidenceOf(path, head)], facts: {path, machine, own: ownMachine}}
				: undefined,
		{
			sentence: {
				en: '{path} is a program for {machine}, and this machine is {own}.',
				zh: '{path} 是为 {machine} 构建的程序，而本机是 {own}。',
			},
			remedy: {
				en: 'Use the image for this platform (--platform), or install an emulator with binfmt_misc (qemu-user-static).',
				zh: '使用适合本平台的镜像（--platform），或通过 binfmt_misc 安装模拟器（qemu-user-static）。',
			},
		},
	),
	execCause(
		'exec-damaged-program',
		['ENOEXEC', 'EIO', 'EFAULT'],
		({path, kind, missing, head}) =>
			kind === 'elf' && missing !== undefined
				? {evidence: [evidenceOf(path, head), evidenceOf(path, missing)], facts: {path}}
				: undefined,
		{
			sentence: {
				en: '{path} begins as an ELF program, but is damaged or cut short: the file ends too early.',
				zh: '{path} 的开头是 ELF 程序，但文件已损坏或被截断：内容不完整。',
			},
			remedy: {
				en: 'Copy or download it again, and compare the sizes.',
				zh: '重新复制或下载，并核对文件大小。',
			},
		},
	),
	execCause(
		'exec-no-format',
		['ENOEXEC'],
		({path, kind, head}) => (kind === 'unknown' ? {evidence: [evidenceOf(path, head)], facts: {path}} : undefined),
		{
			sentence: {
				en: '{path} begins neither with #! nor as an ELF program, so the kernel doesn’t know how to run it.',
				zh: '{path} 的开头既不是 #!，也不是 ELF 程序，内核不知道如何运行它。',
			},
			remedy: {
				en: 'If it is a script, write its interpreter into the first line: #!/bin/sh. (A shell tries such files as scripts by itself; a container’s first program has no shell.)',
				zh: '若它是脚本，请在首行写明解释器：#!/bin/sh。（shell 会自行把这类文件当脚本来试；容器的首个程序没有 shell 帮忙。）',
			},
		},
	),
];

const machines: Readonly<Record<string, string>> = {
	x64: 'x86-64',
	arm64: 'arm64',
	arm: 'arm',
	ia32: 'i386',
	ppc64: 'ppc64',
	s390x: 's390x',
	riscv64: 'riscv',
};
const ownMachine = machines[process.arch] ?? process.arch;

function execCause(
	id: string,
	errnos: readonly string[],
	test: (program: ProgramFile, failure: Failure) => Found | undefined,
	texts: Pick<Cause, 'sentence' | 'remedy'>,
): Cause {
	return {
		...texts,
		id,
		calls,
		errnos,
		test: failure => {
			const [argument] = pathsOf(failure);
			const there = argument && find(failure.pid, argument.path, argument);
			return there && test(readProgram(failure.pid, there), failure);
		},
		source,
	};
}
