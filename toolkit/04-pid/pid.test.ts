import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import {test} from 'node:test';
import {comingBack} from '#kernel/namespace';
import {needsRoot} from '#kernel/testing';
import {createPidNamespace, joinPidNamespace, pidSteps, readPidNumbers} from '#pid';

/** The first process of a new namespace: `sleep`, which is its PID 1. */
function startFirst(): ChildProcess {
	return comingBack(['pid'], () => {
		createPidNamespace();
		return spawn('sleep', ['60'], {stdio: 'ignore'});
	});
}

/** Ends a child of ours and waits until the kernel has cleaned up behind it. */
async function end(child: ChildProcess): Promise<void> {
	child.kill('SIGKILL');
	if (child.exitCode === null && child.signalCode === null) await new Promise(resolve => child.once('exit', resolve));
}

test('createPidNamespace() moves the next child, not the caller', needsRoot, () => {
	const home = readlinkSync('/proc/self/ns/pid');
	comingBack(['pid'], () => {
		createPidNamespace();
		const {stdout} = spawnSync('sh', ['-c', 'echo $$; readlink /proc/self/ns/pid'], {encoding: 'utf8'});
		// The host's /proc has no "self" for a process of a namespace below: the link leads nowhere.
		assert.match(stdout, /^1\n/);
		assert.equal(readlinkSync('/proc/self/ns/pid'), home);
	});
	const {stdout} = spawnSync('sh', ['-c', 'readlink /proc/self/ns/pid'], {encoding: 'utf8'});
	assert.equal(stdout.trim(), home);
});

test('readPidNumbers() tells both numbers', needsRoot, async () => {
	const first = startFirst();
	try {
		assert.deepEqual(readPidNumbers(first.pid!), [first.pid, 1]);
		assert.deepEqual(readPidNumbers(process.pid), [process.pid]);
	} finally {
		await end(first);
	}
});

test('joinPidNamespace() bears the next child there', needsRoot, async () => {
	const first = startFirst();
	try {
		comingBack(['pid'], () => {
			joinPidNamespace(`/proc/${first.pid}/ns/pid`);
			assert.equal(spawnSync('sh', ['-c', 'echo $$'], {encoding: 'utf8'}).stdout, '2\n');
		});
	} finally {
		await end(first);
	}
});

test('a namespace whose PID 1 has ended bears no child: ENOMEM', needsRoot, () => {
	comingBack(['pid'], () => {
		createPidNamespace();
		assert.equal(spawnSync('true').status, 0);
		assert.equal((spawnSync('true').error as NodeJS.ErrnoException).code, 'ENOMEM');
	});
});

test('PID 1 ends and takes the others with it', needsRoot, async () => {
	const first = startFirst();
	const second = comingBack(['pid'], () => {
		joinPidNamespace(`/proc/${first.pid}/ns/pid`);
		return spawn('sleep', ['60'], {stdio: 'ignore'});
	});
	const ended = new Promise(resolve => second.once('exit', (_code, signal) => resolve(signal)));
	await end(first);
	assert.equal(await ended, 'SIGKILL');
});

test('pidSteps() runs on the host', () => {
	assert.deepEqual(
		pidSteps().map(step => step.where),
		['host'],
	);
});

/** A PID 1 of its own namespace that runs `script` under runAsInit. */
function startInit(script: string): ChildProcess {
	const program = `
		const {runAsInit} = await import('#pid');
		process.exitCode = await runAsInit({args: ['sh', '-c', ${JSON.stringify(script)}], env: ['PATH=' + process.env.PATH]});
	`;
	return comingBack(['pid'], () => {
		createPidNamespace();
		return spawn(
			process.execPath,
			[...process.execArgv.filter(flag => flag !== '--test'), '--import', 'tsx', '--input-type=module', '-e', program],
			{
				cwd: new URL('../..', import.meta.url).pathname,
				stdio: ['ignore', 'pipe', 'inherit'],
			},
		);
	});
}

test('runAsInit() passes signals on and reports the program’s end', needsRoot, async () => {
	// Two at once: a script that would hang, ended by the TERM that its PID 1 passes on.
	const init = startInit('trap "echo told; exit 7" TERM; echo ready; while :; do sleep 0.05; done');
	let output = '';
	init.stdout!.on('data', data => {
		output += data;
		if (output === 'ready\n') init.kill('SIGTERM');
	});
	const code = await new Promise(resolve => init.once('close', resolve));
	assert.equal(output, 'ready\ntold\n');
	assert.equal(code, 7);
});

test('runAsInit() reports 128 + n for a signal', needsRoot, async () => {
	const init = startInit('kill -9 $$');
	assert.equal(await new Promise(resolve => init.once('close', resolve)), 137);
});

test('runAsInit() reaps the orphans that it adopts', needsRoot, async () => {
	// The middle shell ends first, so that its child is handed to PID 1 and later ends there.
	const isThere = 'kill -0 $orphan 2>/dev/null && test $((tries += 1)) -lt 600';
	const init = startInit(
		`orphan=$(sh -c 'sleep 0.1 >&- & echo $!'); while ${isThere}; do sleep 0.05; done; echo done; sleep 60`,
	);
	await new Promise(resolve => init.stdout!.once('data', resolve));
	try {
		const children = readFileSync(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8').trim().split(' ');
		const states = children.map(pid => /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
		assert.ok(children.length > 0);
		assert.ok(!states.includes('Z'), 'a zombie is left under PID 1');
	} finally {
		await end(init);
	}
});
