/**
 * For tests: the drydock command with a state and data of its own, so that tests don't meet each other's containers.
 * @module
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isErrno, tolerate} from '#kernel/error';

/** What a command did. */
export interface Outcome {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** One engine of a test's own. */
export interface TestEngine {
	readonly environment: NodeJS.ProcessEnv;
	/** Runs `drydock …` to its end. */
	readonly drydock: (...args: readonly string[]) => Promise<Outcome>;
	/** Starts `drydock …` and leaves it running. */
	readonly start: (...args: readonly string[]) => ChildProcess;
	/** Removes all containers and the directories. */
	readonly destroy: () => void;
}

const command = join(import.meta.dirname, '../cli/drydock');

/** Makes an engine with directories of its own below the system's temporary one. */
export function testEngine(): TestEngine {
	const root = makeRoot();
	const environment = {...process.env, ...directoriesIn(root), NO_COLOR: '1'};
	const start = (...args: readonly string[]): ChildProcess =>
		spawn(command, args, {env: environment, stdio: ['pipe', 'pipe', 'pipe']});
	const drydock = (...args: readonly string[]): Promise<Outcome> => outcomeOf(start(...args));
	return {
		environment,
		drydock,
		start,
		destroy: () => removeRoot(root),
	};
}

/**
 * Gives the process of a test file an engine of its own, until the process ends: what others run on this machine is not
 * in the way.
 *
 * @returns the directory that all of it is in, also for what else the tests make.
 */
export function ownEngine(): string {
	const root = makeRoot();
	Object.assign(process.env, directoriesIn(root));
	process.once('exit', () => removeRoot(root));
	return root;
}

/** How many times to do what is done many times. A slow machine asks for a share of them, such as 0.2. */
export function times(usual: number): number {
	return Math.ceil(usual * Number(process.env.DRYDOCK_TEST_SHARE ?? 1));
}

/** Collects what a command writes until it ends. Its standard input is closed. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
	let stdout = '';
	let stderr = '';
	child.stdin?.end();
	child.stdout?.setEncoding('utf8').on('data', text => {
		stdout += text;
	});
	child.stderr?.setEncoding('utf8').on('data', text => {
		stderr += text;
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', code => resolve({code, stdout, stderr}));
	});
}

const directoriesIn = (root: string) => ({DRYDOCK_STATE: join(root, 'run'), DRYDOCK_DATA: join(root, 'lib')});

/** The name says whose it is. It is short, since a socket's whole path has 107 bytes. */
const rootName = /^dd-(\d+)-\w{6}$/;

function makeRoot(): string {
	removeAbandoned();
	const root = mkdtempSync(join(tmpdir(), `dd-${process.pid}-`));
	// A container whose root is another user must be able to pass.
	chmodSync(root, 0o711);
	return root;
}

/** A test that was killed left its containers, and nobody else knows where their records are. */
function removeAbandoned(): void {
	for (const name of readdirSync(tmpdir())) {
		const pid = rootName.exec(name)?.[1];
		const root = join(tmpdir(), name);
		if (pid !== undefined && !isAlive(Number(pid)) && isOurs(root)) removeRoot(root);
	}
}

function removeRoot(root: string): void {
	const directories = directoriesIn(root);
	const ids = childrenOf(join(directories.DRYDOCK_DATA, 'containers'));
	if (ids.length > 0) spawnSync(command, ['rm', '-f', ...ids], {env: {...process.env, ...directories}});
	rmSync(root, {recursive: true, force: true});
}

const childrenOf = (path: string): readonly string[] => tolerate(['ENOENT'], () => readdirSync(path)) ?? [];

/** Two test files may meet the same one. */
function isOurs(path: string): boolean {
	return tolerate(['ENOENT'], () => lstatSync(path).uid) === process.getuid?.();
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return !isErrno(error, 'ESRCH');
	}
}
