import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {test} from 'node:test';
import {call} from '#kernel/libc';
import {closeOnExec, shellExitCode, startFailureExitCode, startProcess, waitFor} from '#process';

const env = [`PATH=${process.env.PATH}`];

/** Opens a file the careless way: a program started later would inherit it. */
function openInheritable(path: string): number {
	const fd = openSync(path, 'r');
	call('fcntl', [fd, 2 /* F_SETFD */, 0]);
	return fd;
}

async function outputOf(args: readonly string[], environment = env): Promise<string> {
	const child = startProcess({args, env: environment, descriptors: ['ignore', 'pipe', 2]});
	let output = '';
	child.stdout!.setEncoding('utf8').on('data', text => {
		output += text;
	});
	await new Promise(resolve => child.once('close', resolve));
	return output;
}

test('startProcess() gives the child the listed descriptors and no others', async () => {
	const secret = openInheritable('/etc/hostname');
	try {
		// The listing's own descriptor is the fourth that ls has.
		assert.deepEqual((await outputOf(['ls', '/proc/self/fd'])).trim().split('\n'), ['0', '1', '2', '3']);
		assert.equal(await outputOf(['sh', '-c', `cat /proc/self/fd/${secret} 2>/dev/null; echo $?`]), '1\n');
	} finally {
		closeSync(secret);
	}
});

test('startProcess() gives the child the listed environment and no other', async () => {
	assert.equal(await outputOf(['env'], [...env, 'SHIP=Ever=Given']), `${env[0]}\nSHIP=Ever=Given\n`);
});

test('startProcess() of nothing says what is missing', () => {
	assert.throws(() => startProcess({args: [], env}), /no program to start/);
});

test('startProcess() starts a session of its own where asked', async () => {
	const child = startProcess({
		args: ['sh', '-c', 'ps -o sid= -p $$'],
		env,
		descriptors: ['ignore', 'pipe', 2],
		newSession: true,
	});
	const chunks: Buffer[] = [];
	child.stdout!.on('data', chunk => chunks.push(chunk));
	await new Promise(resolve => child.once('close', resolve));
	assert.equal(Number(Buffer.concat(chunks).toString()), child.pid);
});

test('closeOnExec() spares the descriptors before `first`', () => {
	const [kept, marked] = [openInheritable('/etc/hostname'), openInheritable('/etc/hostname')];
	const isMarked = (fd: number): boolean => call('fcntl', [fd, 1 /* F_GETFD */, 0]) === 1;
	try {
		closeOnExec(kept + 1);
		assert.deepEqual([isMarked(kept), isMarked(marked)], [false, true]);
	} finally {
		closeSync(kept);
		closeSync(marked);
	}
});

test('waitFor() and shellExitCode() report a code of the program’s own', async () => {
	assert.equal(shellExitCode(await waitFor(startProcess({args: ['sh', '-c', 'exit 7'], env}))), 7);
});

test('shellExitCode() reports 128 + n for a signal, as a shell does', async () => {
	for (const [name, code] of [
		['KILL', 137],
		['TERM', 143],
		['SEGV', 139],
	] as const) {
		const end = await waitFor(startProcess({args: ['sh', '-c', `ulimit -c 0; kill -${name} $$`], env}));
		assert.equal(shellExitCode(end), code);
		// The judge: a real shell, asked about the same end.
		assert.equal(spawnSync('sh', ['-c', `sh -c 'ulimit -c 0; kill -${name} $$'; exit $?`]).status, code);
	}
});

test('startFailureExitCode() is 127 for a missing program and 126 for one that may not be executed', async () => {
	for (const [program, code] of [
		['/no/such/program', 127],
		['no-such-program-anywhere', 127],
		['/etc/hostname/below', 127],
		['/etc/passwd', 126],
		['/etc', 126],
	] as const) {
		await assert.rejects(
			async () => waitFor(startProcess({args: [program], env})),
			(error: unknown) => {
				assert.equal(startFailureExitCode(error), code, program);
				return true;
			},
		);
	}
});
