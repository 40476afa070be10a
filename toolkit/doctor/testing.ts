/**
 * For tests of the doctor: makes calls fail for real, and asks for the cause while the process that failed is still there.
 * @module
 */
import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {KernelError} from '#kernel/error';
import {MS_PRIVATE, MS_REC, mount} from '#kernel/mount';
import {comingBack} from '#kernel/namespace';
import {CLONE_NEWNS, unshare} from '#kernel/sched';
import type {Diagnosis, Failure} from './cause.ts';
import {examine} from './doctor.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `action`, which the kernel must refuse, and returns the cause that the doctor names for this process. */
export function causeOf(action: () => unknown): Diagnosis {
	try {
		action();
	} catch (error) {
		if (!(error instanceof KernelError)) throw error;
		return caused({call: error.call, args: error.args, errno: error.errno, pid: process.pid});
	}
	return assert.fail('the kernel did not refuse');
}

/** The cause of a failure; fails with what was ruled out if none is named. */
export function caused(failure: Failure): Diagnosis {
	const {diagnosis, ruledOut, untested} = examine(failure);
	const told = `${failure.call} ${failure.errno} ${JSON.stringify(failure.args)}`;
	assert.ok(
		diagnosis,
		`no cause named for ${told}; ruled out: ${ruledOut.join(', ')}; untested: ${untested.join(', ')}`,
	);
	for (const text of [diagnosis.sentence, diagnosis.remedy]) {
		// A fact that a test forgot would leave its place in the sentence.
		assert.doesNotMatch(`${text.en}${text.zh}`, /\{\w+\}|undefined/);
	}
	assert.ok(diagnosis.evidence.length > 0);
	return diagnosis;
}

/** Asserts that this cause is named, and that a line of its evidence matches each pattern. */
export function assertCause(diagnosis: Diagnosis, cause: string, ...evidence: readonly RegExp[]): void {
	assert.equal(diagnosis.cause, cause, `${diagnosis.sentence.en}\n${diagnosis.evidence.join('\n')}`);
	for (const pattern of evidence) {
		const found = diagnosis.evidence.some(line => pattern.test(line));
		assert.ok(found, `no line matches ${pattern}:\n${diagnosis.evidence.join('\n')}`);
	}
}

/** Runs `visit` in a mount namespace of its own, whose mounts reach nobody. */
export function withOwnMounts<T>(visit: () => T): T {
	return comingBack(['mnt'], () => {
		unshare(CLONE_NEWNS);
		mount(null, '/', null, MS_REC | MS_PRIVATE);
		return visit();
	});
}

/** How to start a child that fails. */
export interface FailingOptions {
	/** What to start it through: `unshare --user --map-root-user`. */
	readonly under?: readonly string[];
	readonly uid?: number;
	/** What to do while it waits, beside asking for the cause. */
	readonly meanwhile?: (failure: Failure) => void;
}

const prelude = `
	import {spawnSync} from 'node:child_process';
	import * as fs from 'node:fs';
	import {KernelError, KernelName} from '#kernel/error';
	import {execve} from '#kernel/exec';
	import {writeKernelFile, asKernelError} from '#kernel/file';
	import {call, syscall} from '#kernel/libc';
	import {mknodat} from '#kernel/mknod';
	import * as mounts from '#kernel/mount';
	import {namespacePath} from '#kernel/namespace';
	import {SYS} from '#kernel/numbers';
	import {getResourceLimit, setResourceLimit} from '#kernel/resource';
	import * as sched from '#kernel/sched';
	import {kill} from '#kernel/signal';
	import * as credentials from '#kernel/credentials';
	import * as links from '#kernel/netlink/links';
	import {installFilter} from '#kernel/seccomp';
	import {compileSeccomp} from '#security/bpf';
	// A file call of Node's as the kernel's own.
	const file = (name, args, action) => {
		try { return action(); } catch (error) { throw asKernelError(name, args, error); }
	};
	const report = failure => {
		const args = failure.args.map(value => value instanceof KernelName ? value.text : value);
		// /proc/self is this process's number where that /proc was mounted: the tester's.
		const pid = Number(fs.readlinkSync('/proc/self'));
		fs.writeSync(1, JSON.stringify({call: failure.call, args, errno: failure.errno, pid}) + '\\n');
		// Waits here, as it is, until the tester closes this pipe.
		try { fs.readSync(0, Buffer.alloc(1)); } catch {}
	};
`;

/** Runs a body in a Node of its own until the kernel refuses, asks for the cause while it waits there, and ends it. */
export async function causeInChild(body: string, options: FailingOptions = {}): Promise<Diagnosis> {
	const code = `${prelude}
		try { (() => {${body}})(); report({call: 'nothing failed', args: [], errno: ''}); }
		catch (error) { if (!(error instanceof KernelError)) throw error; report(error); }
		call('_exit', [0]);`;
	const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', code];
	const [program, ...args] = [...(options.under ?? []), ...node];
	const identity = options.uid === undefined ? {} : {uid: options.uid, gid: options.uid};
	const child = spawn(program!, args, {cwd: root, stdio: ['pipe', 'pipe', 'inherit'], ...identity});
	try {
		const failure = JSON.parse(await firstLine(child)) as Failure;
		options.meanwhile?.(failure);
		return caused(failure);
	} finally {
		child.stdin?.end();
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	}
}

async function firstLine(child: ChildProcess): Promise<string> {
	for await (const line of createInterface({input: child.stdout!})) return line;
	throw new Error(`the child ended without a word (exit code ${child.exitCode})`);
}

/** A shell that prints a line of its own pid and waits; `use` gets that number. */
export async function whileShellWaits<T>(command: readonly string[], use: (pid: number) => T | Promise<T>): Promise<T> {
	const child = spawn(command[0]!, command.slice(1), {cwd: root, stdio: ['pipe', 'pipe', 'inherit']});
	try {
		return await use(Number(await firstLine(child)));
	} finally {
		child.stdin?.end();
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
	}
}
