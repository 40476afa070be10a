/**
 * Looking at a process through /proc, and keeping the lines that prove something.
 *
 * A file that can't be read is an error here: a cause that couldn't be looked at is not one that was ruled out.
 *
 * Source: proc(5).
 * @module
 */
import {readdirSync, readlinkSync} from 'node:fs';
import {basename} from 'node:path';
import {isErrno, tolerate} from '#kernel/error';
import {asKernelError, readKernelFile} from '#kernel/file';

/** One line of a file, and how it is told as evidence. */
export interface Line {
	readonly text: string;
	readonly evidence: string;
}

/** The lines of a file of the kernel's. @throws {KernelError} if it can't be read. */
export function linesOf(path: string): readonly Line[] {
	const lines = readKernelFile(path).split('\n');
	if (lines.at(-1) === '') lines.pop();
	return lines.map(text => ({text, evidence: evidenceOf(path, text)}));
}

/** A file's first line; undefined where the kernel has no such file. @throws {KernelError} for other reasons. */
export function firstLine(path: string): Line | undefined {
	const lines = tolerate(['ENOENT', 'ENOTDIR'], () => linesOf(path));
	return lines === undefined ? undefined : (lines[0] ?? {text: '', evidence: evidenceOf(path, '(empty)')});
}

/** A field of /proc/PID/status. @throws {KernelError} if the process has gone. */
export function statusLine(pid: number, field: string): Line {
	const line = linesOf(`/proc/${pid}/status`).find(({text}) => text.startsWith(`${field}:`));
	return line ?? {text: `${field}:`, evidence: evidenceOf(`/proc/${pid}/status`, `(no ${field})`)};
}

/** The words of a field of /proc/PID/status. @throws {KernelError} if the process has gone. */
export function statusWords(pid: number, field: string): readonly string[] {
	return statusLine(pid, field)
		.text.slice(field.length + 1)
		.split(/\s+/)
		.filter(word => word !== '');
}

/** Where a link of /proc leads: `uts:[4026531838]`. @throws {KernelError} `ENOENT`, `EACCES`. */
export function linkAt(path: string): string {
	try {
		return readlinkSync(path);
	} catch (error) {
		throw asKernelError('readlink', [path], error);
	}
}

/** `path -> target`, as ls shows a link. @throws {KernelError} see `linkAt`. */
export function linkEvidence(path: string): string {
	return `${path} -> ${linkAt(path)}`;
}

/** The numbers of all processes that can be seen. */
export function processNumbers(): readonly number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number);
}

/** Asks something of each process, and leaves out those that have gone or may not be asked. */
export function eachProcess<T>(ask: (pid: number) => T | undefined): readonly T[] {
	return processNumbers().flatMap(pid => {
		const answer = tolerateGone(() => ask(pid));
		return answer === undefined ? [] : [answer];
	});
}

/** Runs `look`; undefined where the thing has gone or may not be looked at. */
export function tolerateGone<T>(look: () => T): T | undefined {
	try {
		return look();
	} catch (error) {
		if (isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR', 'EINVAL')) return undefined;
		throw error;
	}
}

/** A process by its number and name: `4711 (sleep)`. */
export function processName(pid: number): string {
	const comm = tolerateGone(() => readKernelFile(`/proc/${pid}/comm`).trimEnd());
	// Node calls its first thread so, and the kernel calls a process after its first thread.
	const name = comm === 'MainThread' ? (tolerateGone(() => basename(linkAt(`/proc/${pid}/exe`))) ?? comm) : comm;
	return name === undefined ? `${pid}` : `${pid} (${name})`;
}

/** `path: text`, without the kernel's columns: a run of white space is one space. */
export function evidenceOf(path: string, text: string): string {
	return `${path}: ${text.replace(/\s+/g, ' ').trim()}`;
}
