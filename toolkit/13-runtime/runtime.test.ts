import assert from 'node:assert/strict';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {parseExactJson} from '#kernel/exact-json';
import {StepError} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';
import {defaultMounts} from '#mnt';
import {leavesNothingAsync} from '#observe/testing';
import {shellExitCode} from '#process';
import {defaultMaskedPaths, defaultReadonlyPaths} from '#rootfs';
import {
	type Container,
	containerPlan,
	createContainer,
	deleteContainer,
	InitError,
	ociVersion,
	type ProcessSpec,
	type Spec,
} from '#runtime';
import {capabilitySets, type Rlimit, readRlimits, unlimited} from '#security';
import {smallRootfs} from './testing.ts';

const rootfs = smallRootfs();
after(() => rmSync(rootfs, {recursive: true}));

let made = 0;

/** A container that runs `script`, alone with its own namespaces. */
function containerFor(script: string, change: (spec: Spec) => Spec = spec => spec): Container {
	const id = `${process.pid}${made++}`.padStart(64, 'a');
	const program: ProcessSpec = {
		user: {uid: 0, gid: 0},
		args: ['/bin/sh', '-c', script],
		env: ['PATH=/bin'],
		cwd: '/',
		capabilities: capabilitySets({}),
	};
	return {
		id,
		spec: change({
			ociVersion,
			process: program,
			root: {path: rootfs},
			hostname: 'box',
			mounts: defaultMounts(),
			linux: {
				namespaces: (['pid', 'network', 'mount', 'ipc', 'uts', 'cgroup'] as const).map(type => ({type})),
				cgroupsPath: `drydock-test-${process.pid}/${id}`,
				maskedPaths: defaultMaskedPaths,
				readonlyPaths: defaultReadonlyPaths,
			},
		}),
	};
}

/** Runs a container to its end, as the engine's watcher does. */
async function runToItsEnd(container: Container): Promise<{readonly code: number; readonly output: string}> {
	const created = await createContainer(container, {descriptors: ['ignore', 'pipe', 'pipe']});
	let output = '';
	for (const stream of [created.child.stdout!, created.child.stderr!]) {
		stream.setEncoding('utf8').on('data', text => {
			output += text;
		});
	}
	const closed = new Promise(resolve => created.child.once('close', resolve));
	try {
		await created.start();
		const code = shellExitCode(await created.ended);
		await closed;
		return {code, output};
	} finally {
		deleteContainer(container);
	}
}

/** By which letter a shell's `ulimit` knows some of them. */
const flagOfLimit: Readonly<Record<string, string>> = {RLIMIT_FSIZE: 'f', RLIMIT_CORE: 'c', RLIMIT_CPU: 't'};

const mine = (line: string): boolean => line.includes(`drydock-test-${process.pid}`) || line.includes(rootfs);

test('containerPlan() ends by becoming the program, and the host comes first', () => {
	const plan = containerPlan(containerFor('true'));
	const firstInside = plan.findIndex(step => step.where !== 'host');
	assert.ok(firstInside > 0);
	assert.ok(plan.slice(firstInside).every(step => step.where !== 'host'));
	assert.deepEqual([plan.at(-1)!.module, plan.at(-1)!.title], ['process', 'become /bin/sh']);
	assert.ok(plan.every(step => step.why.length > 0 && step.title.length > 0));
});

test('containerPlan() drops rights after the pivot, which comes after the mounts', () => {
	const modules = containerPlan(containerFor('true')).map(step => step.module);
	assert.ok(modules.lastIndexOf('mnt') < modules.lastIndexOf('rootfs'));
	assert.ok(modules.lastIndexOf('rootfs') < modules.indexOf('security'));
});

test(
	'createContainer() gives PID 1 a name, numbers and a root of its own, and nothing is left',
	needsRoot,
	async () => {
		await leavesNothingAsync(
			async () => {
				const {code, output} = await runToItsEnd(containerFor('echo $$; cat /proc/sys/kernel/hostname; ls /; exit 7'));
				assert.equal(code, 7);
				const [pid, name, ...entries] = output.trim().split('\n');
				assert.deepEqual([pid, name], ['1', 'box']);
				assert.ok(entries.includes('proc') && !entries.includes('home'));
			},
			{mine},
		);
	},
);

test(
	'start() of a container with users of its own doesn’t look for a process that may have ended',
	needsRoot,
	async () => {
		const everybody = [{containerID: 0, hostID: 0, size: 65_536}];
		const container = containerFor('exit 0', spec => ({
			...spec,
			linux: {
				...spec.linux,
				namespaces: [...spec.linux!.namespaces!, {type: 'user'}],
				uidMappings: everybody,
				gidMappings: everybody,
			},
		}));
		await leavesNothingAsync(
			async () => {
				try {
					const created = await createContainer(container, {descriptors: ['ignore', 'pipe', 'pipe']});
					process.kill(created.pid, 'SIGKILL');
					await created.ended;
					await created.start();
				} finally {
					deleteContainer(container);
				}
			},
			{mine},
		);
	},
);

test('createContainer() passes on why a program can’t be run', needsRoot, async () => {
	const missing = containerFor('', spec => ({...spec, process: {...spec.process!, args: ['no-such-program']}}));
	await assert.rejects(
		runToItsEnd(missing),
		(error: unknown) =>
			error instanceof InitError && error.failure.call === 'execve' && error.failure.errno === 'ENOENT',
	);
	const directory = containerFor('', spec => ({...spec, process: {...spec.process!, args: ['/bin']}}));
	await assert.rejects(
		runToItsEnd(directory),
		(error: unknown) => error instanceof InitError && error.failure.errno === 'EACCES',
	);
});

test('createContainer() unwinds when a step inside fails, and when one on the host does', needsRoot, async () => {
	await leavesNothingAsync(
		async () => {
			const inside = containerFor('true', spec => ({
				...spec,
				mounts: [{destination: '/x', type: 'no-such-file-system', source: 'x'}],
			}));
			await assert.rejects(runToItsEnd(inside), InitError);
			const outside = containerFor('true', spec => ({
				...spec,
				linux: {...spec.linux!, resources: {cpu: {cpus: '4711'}}},
			}));
			await assert.rejects(runToItsEnd(outside), StepError);
		},
		{mine},
	);
});

test('createContainer() tells the host’s failure, not what its undoing then does to init', needsRoot, async () => {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-undone-'));
	try {
		const container = containerFor('true');
		const refused: Container = {
			...container,
			union: {
				driver: 'vfs',
				readOnly: [rootfs],
				readWrite: {path: join(directory, 'layer')},
				target: join(directory, 'rootfs'),
				disposable: true,
			},
			bridge: {
				containerId: container.id,
				name: 'late',
				hostname: 'late',
				stateDirectory: directory,
				network: `dt${process.pid}`,
				ports: [],
				address: '192.0.2.1',
			},
		};
		// Init is held where it is while the host fails, and goes on only once its layers have gone.
		const init = (): number => Number(readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim());
		const created = createContainer(refused, {
			descriptors: ['ignore', 'ignore', 'ignore'],
			onStep: ({module, title}, event) => {
				if (module === 'bridge' && event === 'start') process.kill(init(), 'SIGSTOP');
				if (title !== 'lay out the read-write branch' || event !== 'undone') return;
				process.kill(init(), 'SIGCONT');
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
			},
		});
		await assert.rejects(created, /192\.0\.2\.1 can't be given/);
	} finally {
		rmSync(directory, {recursive: true});
	}
});

test('a namespace that is not asked for is the host’s', needsRoot, async () => {
	const shared = containerFor('exec ls -l /proc/self/ns/', spec => ({
		...spec,
		linux: {...spec.linux!, namespaces: [{type: 'mount'}, {type: 'pid'}]},
	}));
	const {output} = await runToItsEnd(shared);
	for (const kind of ['uts', 'ipc', 'net']) assert.ok(output.includes(readlinkSync(`/proc/self/ns/${kind}`)), kind);
	for (const kind of ['mnt', 'pid']) assert.ok(!output.includes(readlinkSync(`/proc/self/ns/${kind}`)), kind);
});

test('a hostile rootfs does not aim a mount at the host', needsRoot, async () => {
	const outside = mkdtempSync(join(tmpdir(), 'drydock-outside-'));
	writeFileSync(join(outside, 'marker'), '');
	try {
		for (const name of ['proc', 'sys', 'dev', 'mnt']) {
			for (const link of [outside, `../../../../../../..${outside}`, '/proc/1/root']) {
				const hostile = smallRootfs(['/bin/sh']);
				rmSync(join(hostile, name), {recursive: true, force: true});
				symlinkSync(link, join(hostile, name));
				const container = containerFor('true', spec => ({
					...spec,
					root: {path: hostile},
					mounts: [...spec.mounts!, {destination: '/mnt/deep', type: 'tmpfs', source: 'tmpfs'}],
				}));
				// It may start, inside its own tree, or be refused: the host stays as it was either way.
				await runToItsEnd(container).catch(error => assert.ok(error instanceof InitError, String(error)));
				assert.deepEqual(readdirSync(outside), ['marker'], `${name} → ${link}`);
				rmSync(hostile, {recursive: true});
			}
		}
	} finally {
		rmSync(outside, {recursive: true});
	}
});

test('the runtime’s own program can’t be overwritten from inside', needsRoot, async () => {
	// The classic: with /proc/self/exe as its interpreter, what runs inside is the host's file, and can be opened by name.
	const hostile = smallRootfs(['/bin/sh', process.execPath]);
	try {
		const attack = `const fs = require('node:fs');
			try { fs.openSync('/proc/self/exe', 'r+'); console.log('written') } catch (error) { console.log(error.code) }`;
		// Node reads a file that begins with #! as a script: this one goes on to the attack.
		writeFileSync(join(hostile, 'evil'), `#!/proc/self/exe\n${attack}`, {mode: 0o755});
		const {output} = await runToItsEnd(
			containerFor('', spec => ({...spec, root: {path: hostile}, process: {...spec.process!, args: ['/evil']}})),
		);
		assert.equal(output, 'ETXTBSY\n');
	} finally {
		rmSync(hostile, {recursive: true});
	}
});

test('a directory to start in is made inside, where a link of the root leads', needsRoot, async () => {
	const root = smallRootfs(['/bin/sh']);
	try {
		symlinkSync('/not/there', join(root, 'link'));
		const {output} = await runToItsEnd(
			containerFor('pwd -P', spec => ({...spec, root: {path: root}, process: {...spec.process!, cwd: '/link/below'}})),
		);
		assert.equal(output, '/not/there/below\n');
		assert.ok(existsSync(join(root, 'not/there/below')) && !existsSync('/not'));
	} finally {
		rmSync(root, {recursive: true});
	}
});

test('a limit is lifted by the specification’s own number, and by -1', needsRoot, async () => {
	// What this process may have: to be unlimited takes no right if it is already.
	const {type} = readRlimits().find(({type, hard}) => hard === unlimited && type in flagOfLimit)!;
	for (const amount of ['18446744073709551615', '-1']) {
		const rlimits = parseExactJson(`[{"type": "${type}", "soft": ${amount}, "hard": ${amount}}]`) as Rlimit[];
		const container = containerFor(`ulimit -S${flagOfLimit[type]}; ulimit -H${flagOfLimit[type]}`, spec => ({
			...spec,
			process: {...spec.process!, rlimits},
		}));
		assert.equal((await runToItsEnd(container)).output, 'unlimited\nunlimited\n');
	}
});

test('deleteContainer() is content with a container that never was', () => {
	assert.deepEqual(deleteContainer(containerFor('true')), []);
});

test('sysctlSteps() refuses what would change the whole machine', () => {
	for (const name of ['kernel.panic', 'vm.swappiness', '../../../etc/passwd', 'net/../kernel/panic']) {
		assert.throws(
			() => containerPlan(containerFor('true', spec => ({...spec, linux: {...spec.linux!, sysctl: {[name]: '1'}}}))),
			/whole machine|no kernel parameter/,
			name,
		);
	}
});

test('a sysctl is set inside and not on the host', needsRoot, async () => {
	const container = containerFor('cat /proc/sys/net/ipv4/ip_default_ttl', spec => ({
		...spec,
		linux: {...spec.linux!, sysctl: {'net.ipv4.ip_default_ttl': '77'}},
	}));
	assert.equal((await runToItsEnd(container)).output, '77\n');
});
