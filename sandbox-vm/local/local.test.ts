import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {sweep} from '#engine';
import {ownEngine} from '#engine/testing';
import {snapshot} from '#observe';
import {sandboxSuite} from '../sandbox.suite.ts';
import {localSandbox} from './local.ts';
import {whyNotLocal} from './why-not.ts';

const needsSandbox = {skip: whyNotLocal()?.en ?? false};

const engine = ownEngine();

const isRoot = process.getuid?.() === 0;
sandboxSuite('local sandbox', localSandbox, {
	...needsSandbox,
	skipMachineRoot: isRoot ? false : 'an ordinary user’s root makes neither: sudo npm test',
	skipSnapshots: isRoot ? false : 'an ordinary user’s sandbox has its changes in pieces: sudo npm test',
});

test('destroy() leaves nothing', needsSandbox, async () => {
	const sandbox = localSandbox();
	await sandbox.up();
	const id = onlyId();
	if (isRoot) await sandbox.snapshot('kept');
	await sandbox.shell({columns: 80, rows: 24});
	assert.notDeepEqual(tracesOf(id), []);
	await sandbox.destroy();
	assert.equal(await sandbox.status(), 'absent');
	assert.deepEqual(tracesOf(id), []);
});

test('a home has nothing in it that is the host’s', needsSandbox, async () => {
	const sandbox = localSandbox();
	await sandbox.up();
	assert.deepEqual(await sandbox.exec(['sh', '-c', 'ls -A ~']), {exitCode: 0, stdout: '', stderr: ''});
	await sandbox.destroy();
});

test('status() notices that it has ended, and up() makes another', needsSandbox, async () => {
	const sandbox = localSandbox();
	await sandbox.up();
	const first = (await sandbox.observe()).processes.find(({pids}) => pids.at(-1) === 1)!;
	process.kill(first.pid, 'SIGKILL');
	while ((await sandbox.status()) === 'running') await new Promise(resolve => setTimeout(resolve, 10));
	assert.equal(await sandbox.status(), 'halted');
	await sandbox.up();
	assert.equal((await sandbox.exec(['echo', 'again'])).stdout, 'again\n');
	await sandbox.destroy();
});

test(
	'a program that is killed takes its sandbox along, and the next command removes what is left',
	needsSandbox,
	async () => {
		const program = `
		const {localSandbox} = await import('#sandbox/local/local');
		const sandbox = localSandbox();
		await sandbox.up();
		await sandbox.shell({columns: 80, rows: 24});
		await sandbox.exec(['sh', '-c', 'setsid sleep 602 &']);
		console.log('up');
	`;
		const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		await new Promise(resolve => child.stdout.once('data', resolve));
		const id = onlyId();
		child.kill('SIGKILL');
		await new Promise(resolve => child.once('exit', resolve));
		sweep();
		// The kernel ends the processes of a PID namespace one after the other.
		while (tracesOf(id).length > 0) await new Promise(resolve => setTimeout(resolve, 10));
		assert.deepEqual(tracesOf(id), []);
	},
);

function onlyId(): string {
	const ids = readdirSync(join(engine, 'run/containers'));
	assert.equal(ids.length, 1);
	return ids[0]!;
}

/** What there is of a container on this machine: processes and cgroups by its id, mounts and files by its directories. */
function tracesOf(id: string): readonly string[] {
	const now = snapshot();
	return [
		...now.processes
			.filter(({cgroups}) => Object.values(cgroups).some(path => path.includes(id)))
			.map(({pid}) => `process ${pid}`),
		...now.cgroups.filter(({path}) => path.includes(id)).map(({path}) => `cgroup ${path}`),
		...now.mountNamespaces
			.flatMap(({mounts}) => mounts)
			.filter(
				({mountPoint, superOptions}) => mountPoint.includes(id) || superOptions.some(option => option.includes(id)),
			)
			.map(({mountPoint}) => `mount ${mountPoint}`),
		...['run', 'lib'].map(kind => join(engine, kind, 'containers', id)).filter(path => existsSync(path)),
	];
}
