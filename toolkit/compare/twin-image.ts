/**
 * The image that docker or podman need, of the original's root directory.
 *
 *     a directory, a tar     all of it, as long as it is small enough
 *     this machine's files   only what the program has opened to run: itself, its libraries, their links
 *
 * @module
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {lstatSync, readdirSync, readlinkSync, realpathSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Original} from '#compare/twin';
import {withTwinRoot} from '#compare/twin-root';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {Localized} from '#words/language';

/** An image would be larger than this: it is not made. */
const MOST_BYTES = 1024 ** 3;

/** What an image was made of. */
export interface TwinImage {
	readonly bytes: number;
	readonly note: Localized;
	/** What to run in it. */
	readonly command: readonly string[];
}

/**
 * Makes an image with `program import`.
 *
 * @throws one line if the root is too large, or what the program said.
 */
export async function importImage(original: Original, program: string, name: string): Promise<TwinImage> {
	const {record, argv} = original;
	const isMachine = record.container.union?.readOnly[0] === '/';
	const files = isMachine ? filesInUse(original.pid) : undefined;
	const archive =
		files === undefined
			? withTwinRoot(original, rootfs => startTar(['--create', '--one-file-system', '--directory', rootfs, '.']))
			: startTar(['--create', '--no-recursion', '--directory', '/', ...files.map(path => `.${path}`)]);
	const bytes = await pipeInto(archive, program, ['import', '-', name], original.signal);
	const size = `${(bytes / 1e6).toFixed(1)} MB`;
	if (files === undefined) {
		return {
			bytes,
			command: record.container.spec.process?.args ?? [],
			note: {
				en: `The image is the container's whole root directory: ${size}.`,
				zh: `镜像由容器的整个根目录做成：${size}。`,
			},
		};
	}
	return {
		bytes,
		// A shell may have replaced itself: the image holds what runs now.
		command: argv,
		note: {
			en: `An image of this whole machine would be too large: it has the ${files.length} files that the program uses (${size}).`,
			zh: `整台机器做成镜像太大，所以镜像里只有程序用到的 ${files.length} 个文件（${size}）。`,
		},
	};
}

function startTar(args: readonly string[]): ChildProcess {
	return spawn('tar', args, {stdio: ['ignore', 'pipe', 'ignore'], cwd: '/'});
}

/** Copies the archive into a program's standard input, and counts. */
async function pipeInto(
	archive: ChildProcess,
	program: string,
	args: readonly string[],
	signal: AbortSignal,
): Promise<number> {
	const importer = spawn(program, args, {stdio: ['pipe', 'ignore', 'pipe'], cwd: '/'});
	let said = '';
	importer.stderr.setEncoding('utf8').on('data', text => {
		said = (said + text).slice(-1000);
	});
	// It tells by its exit code that it stopped reading.
	importer.stdin.on('error', () => {});
	const ended = new Promise<number | null>((resolve, reject) => {
		importer.once('error', reject);
		importer.once('close', resolve);
	});
	let bytes = 0;
	for await (const chunk of archive.stdout!) {
		bytes += (chunk as Buffer).length;
		if (bytes > MOST_BYTES || signal.aborted) {
			archive.kill('SIGKILL');
			importer.kill('SIGKILL');
			await ended;
			signal.throwIfAborted();
			throw new Error(
				`the root directory is larger than 1 GiB: too large for an image that is thrown away (compare with runc)`,
			);
		}
		if (!importer.stdin.write(chunk))
			await Promise.race([new Promise(resolve => importer.stdin.once('drain', resolve)), ended]);
	}
	importer.stdin.end();
	const code = await ended;
	if (code !== 0) throw new Error(`${program} import: ${said.trim().split('\n').at(-1) || `exit code ${code}`}`);
	return bytes;
}

/** The program's file, everything it has mapped, the directories and links that lead there, and the lists of users. */
function filesInUse(pid: number): readonly string[] {
	const maps = readKernelFile(`/proc/${pid}/maps`);
	const mapped = maps.split('\n').flatMap(line => /\s(\/[^\0]*)$/.exec(line)?.[1] ?? []);
	const exe = tolerate(['ENOENT', 'EACCES'], () => readlinkSync(`/proc/${pid}/exe`));
	const found = new Set<string>();
	for (const path of [...(exe === undefined ? [] : [exe]), ...mapped, '/etc/passwd', '/etc/group', '/etc/ld.so.cache'])
		if (isFile(path)) found.add(path);
	for (const path of [...found]) for (const link of linksTo(path)) found.add(link);
	// Programs name their loader as /lib64/ld-…: the links at the top lead there.
	for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) if (isLink(`/${name}`)) found.add(`/${name}`);
	for (const path of [...found])
		for (let above = dirname(path); above !== '/' && !found.has(above); above = dirname(above)) found.add(above);
	return [...found].toSorted();
}

function isFile(path: string): boolean {
	return tolerate(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(path).isFile()) === true;
}

function isLink(path: string): boolean {
	return lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink() === true;
}

/** Links beside a file, and among the loaders, that end at it: `libc.so.6`, `/lib64/ld-linux-x86-64.so.2`, `sh`. */
function linksTo(path: string): readonly string[] {
	return [...new Set([dirname(path), '/usr/lib64', '/lib64', '/lib', '/usr/bin', '/bin'])].flatMap(directory => {
		const real = tolerate(['ENOENT'], () => realpathSync(directory)) ?? directory;
		const names = tolerate(['ENOENT', 'ENOTDIR', 'EACCES'], () => readdirSync(real, {withFileTypes: true})) ?? [];
		return names
			.filter(entry => entry.isSymbolicLink())
			.map(({name}) => join(real, name))
			.filter(link => tolerate(['ENOENT', 'ELOOP', 'EACCES'], () => realpathSync(link)) === path);
	});
}
