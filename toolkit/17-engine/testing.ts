/**
 * For tests: the drydock command with a state and data of its own, so that tests don't meet each other's containers.
 * @module
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

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
	readonly destroy: () => Promise<void>;
}

const command = join(import.meta.dirname, '../cli/drydock');

/** Makes an engine with directories of its own below the system's temporary one. */
export function testEngine(): TestEngine {
	const root = mkdtempSync(join(tmpdir(), 'drydock-test-'));
	// A container whose root is another user must be able to pass.
	chmodSync(root, 0o711);
	const environment = {
		...process.env,
		DRYDOCK_STATE: join(root, 'run'),
		DRYDOCK_DATA: join(root, 'lib'),
		NO_COLOR: '1',
	};
	const start = (...args: readonly string[]): ChildProcess =>
		spawn(command, args, {env: environment, stdio: ['pipe', 'pipe', 'pipe']});
	const drydock = (...args: readonly string[]): Promise<Outcome> => outcomeOf(start(...args));
	return {
		environment,
		drydock,
		start,
		destroy: async () => {
			const {stdout} = await drydock('ps', '-aq', '--no-trunc');
			const ids = stdout.split('\n').filter(id => id !== '');
			if (ids.length > 0) await drydock('rm', '-f', ...ids);
			rmSync(root, {recursive: true, force: true});
		},
	};
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
