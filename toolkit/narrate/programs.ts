/**
 * Programs that a tracer must treat with care.
 * @module
 */
import {closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, readSync, statSync} from 'node:fs';
import {basename} from 'node:path';
import {parseIdMap} from '#kernel/idmap';
import {defaultPath} from '#process/program';
import type {SeenCall} from './raw-call.ts';

/** What a process is right now, as /proc tells. */
export interface Program {
	/** The file's name: `bash`. */
	readonly name: string;
	readonly argv: readonly string[];
}

/** A process has one tracer at most, and a filter of ours would keep theirs from seeing calls. */
const tracers: ReadonlySet<string> = new Set([
	...['strace', 'ltrace', 'gdb', 'gdbserver', 'lldb', 'lldb-server', 'perf', 'rr'],
]);
const mentionsTracer = /\b(strace|ltrace|gdb|gdbserver|lldb|perf|rr|drydock)\b/;
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'busybox']);
/** Programs that start a shell if they are not told what else to start. */
const shellStarters: ReadonlySet<string> = new Set([
	...['unshare', 'nsenter', 'chroot', 'su', 'sudo', 'doas', 'runuser', 'script', 'tmux', 'screen', 'login', 'capsh'],
]);
/** drydock's own tracing commands. */
const ownTracers: ReadonlySet<string> = new Set(['watch', 'why']);
const MOST_SCRIPT_BYTES = 64 * 1024;

/** What process `pid` is; a process that has gone is nothing. */
export function programOf(pid: number): Program {
	const read = (): readonly string[] => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
	return {name: nameOf(pid), argv: attempt(read, [])};
}

/** A program's name as somebody called it: `pkill` and `sh` may be links to files of other names. */
export function calledAs(seen: SeenCall | undefined): string | undefined {
	const path = seen?.args[seen.call === 'execve' ? 0 : 1];
	return typeof path === 'string' ? basename(path) || undefined : undefined;
}

/** Whether a program traces others. */
export function isTracer({name, argv}: Program): boolean {
	if (tracers.has(name)) return true;
	return argv.some(
		(word, index) => /(^|\/)(drydock(\.cjs)?|main\.ts)$/.test(word) && ownTracers.has(argv[index + 1] ?? ''),
	);
}

/**
 * Whether a program may well start a tracer some time: somebody will type commands into it, or it is told to. It gets no
 * filter, since its children would keep it. A script is looked at; for what it starts by other names, there is a notice.
 */
export function mayStartTracer(program: Program, pid: number): boolean {
	const {name, argv} = program;
	if (mentionsTracer.test(argv.join(' '))) return true;
	if (shellStarters.has(name) && !argv.slice(1).some(word => !word.startsWith('-') && isProgram(pid, word)))
		return true;
	return argv.some((word, index) => isShell(word) && !hasScript(argv.slice(index + 1), pid));
}

/**
 * The program that a file is to be run by, as its first line names it, with control characters written out: `/bin/sh\\r`.
 * Empty if the file is there and names none that way; undefined if it is not there.
 */
export function interpreterOf(pid: number, path: string): string | undefined {
	const text = attempt(() => readStart(placeOf(pid, path)), undefined);
	const named = /^#![ \t]*([^ \t\n]+)/.exec(text ?? '')?.[1];
	return text === undefined ? undefined : JSON.stringify(named ?? '').slice(1, -1);
}

function isShell(word: string): boolean {
	// A login shell's name begins with a dash.
	return shells.has(basename(word.replace(/^-/, '')));
}

/** Whether a shell with these arguments runs commands that are known before, of which none is a tracer. */
function hasScript(args: readonly string[], pid: number): boolean {
	if (args.some(word => /^-[a-z]*c$/.test(word))) return true;
	const script = args.find(word => !word.startsWith('-'));
	if (script === undefined) return false;
	const text = attempt(() => readStart(placeOf(pid, script)), '');
	return text !== '' && !mentionsTracer.test(text);
}

function isProgram(pid: number, word: string): boolean {
	const places = word.includes('/') ? [word] : defaultPath.split(':').map(directory => `${directory}/${word}`);
	return places.some(path => attempt(() => statSync(placeOf(pid, path)), undefined)?.isFile() === true);
}

function placeOf(pid: number, path: string): string {
	return path.startsWith('/') ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`;
}

function readStart(path: string): string {
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		if (!fstatSync(fd).isFile()) return '';
		const bytes = Buffer.alloc(MOST_SCRIPT_BYTES);
		return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
	} finally {
		closeSync(fd);
	}
}

const S_ISUID = 0o4000;
const S_ISGID = 0o2000;

/**
 * Whether executing a file, seen from process `pid`, would give it another user's or group's rights. In a user namespace
 * these bits do nothing for owners that it doesn't know.
 */
export function isPrivileged(pid: number, path: string): boolean {
	const file = attempt(() => statSync(placeOf(pid, path)), undefined);
	if (file === undefined) return false;
	const {mode, uid, gid} = file;
	return ((mode & S_ISUID) !== 0 && isKnown(pid, 'uid', uid)) || ((mode & S_ISGID) !== 0 && isKnown(pid, 'gid', gid));
}

function isKnown(pid: number, kind: 'uid' | 'gid', id: number): boolean {
	const lines = attempt(() => parseIdMap(readFileSync(`/proc/${pid}/${kind}_map`, 'utf8')), []);
	return lines.some(({outside, count}) => id >= outside && id < outside + count);
}

function nameOf(pid: number): string {
	const path = attempt(() => readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''), '');
	return path === '' ? attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd(), '') : basename(path);
}

function attempt<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch {
		return otherwise;
	}
}
