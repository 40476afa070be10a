import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chownSync, existsSync, mkdirSync, readFileSync, rmdirSync, unlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname} from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {asKernelError, writeKernelFile} from '#kernel/file';
import {mount} from '#kernel/mount';
import {needsRoot} from '#kernel/testing';
import {type Hierarchy, listHierarchies} from '#observe/hierarchies';
import {untilSync} from '#observe/testing';
import {assertCause, caused, causeInChild, causeOf} from '../testing.ts';

const hierarchies = listHierarchies();
const unified = hierarchies.find(({version}) => version === 2);
const legacy = (controller: string): Hierarchy | undefined =>
	hierarchies.find(({version, controllers}) => version === 1 && controllers.includes(controller));
const needs = (hierarchy: Hierarchy | undefined, what: string) =>
	needsRoot.skip !== false ? needsRoot : {skip: hierarchy === undefined ? `needs ${what}` : (false as const)};
const name = `doctor-${process.pid}`;

let sleeper: ChildProcess;
const made: string[] = [];
beforeEach(() => {
	sleeper = spawn('sleep', ['600'], {stdio: 'ignore'});
});
afterEach(async () => {
	sleeper.kill('SIGKILL');
	await once(sleeper, 'exit');
	for (const directory of made.splice(0).toReversed()) untilSync(() => removed(directory));
});

function removed(directory: string): boolean {
	try {
		rmdirSync(directory);
	} catch {
		return !existsSync(directory);
	}
	return true;
}

/** Makes a cgroup that is removed after the test. */
function cgroup({mountPoint}: Hierarchy, path = ''): string {
	const directory = `${mountPoint}/${name}${path}`;
	mkdirSync(directory);
	made.push(directory);
	return directory;
}

function rmdir(path: string): void {
	try {
		rmdirSync(path);
	} catch (error) {
		throw asKernelError('rmdir', [path], error);
	}
}

function mkdir(path: string): void {
	try {
		mkdirSync(path);
	} catch (error) {
		throw asKernelError('mkdir', [path], error);
	}
}

/** Controllers that tell the threads of a process apart: a cgroup may have those and processes, too. */
const threaded = new Set(['cpu', 'cpuset', 'perf_event', 'pids']);
const controllers = (unified?.controllers ?? []).filter(name => !threaded.has(name));

/** A controller that v2 has here and hands down from its top; handed down for this test if it wasn't. */
function withController(use: (controller: string) => void): void {
	const top = unified!.mountPoint;
	const before = readFileSync(`${top}/cgroup.subtree_control`, 'utf8').trim().split(' ');
	const controller = controllers[0]!;
	const isNew = !before.includes(controller);
	if (isNew) writeFileSync(`${top}/cgroup.subtree_control`, `+${controller}`);
	try {
		use(controller);
	} finally {
		for (const directory of made.toReversed()) {
			if (existsSync(`${directory}/cgroup.subtree_control`))
				writeFileSync(`${directory}/cgroup.subtree_control`, `-${controller}`);
		}
		if (isNew) writeFileSync(`${top}/cgroup.subtree_control`, `-${controller}`);
	}
}

const hasController = needs(controllers.length > 0 ? unified : undefined, 'a controller for whole processes in v2');

test('v2: processes and controllers in one cgroup', hasController, () => {
	withController(controller => {
		const one = cgroup(unified!);
		writeFileSync(`${one}/cgroup.procs`, `${sleeper.pid}`);
		const found = causeOf(() => writeKernelFile(`${one}/cgroup.subtree_control`, `+${controller}`));
		assertCause(found, 'cgroup-internal-processes', new RegExp(`cgroup.procs: ${sleeper.pid}`));
		writeFileSync(`${unified!.mountPoint}/cgroup.procs`, `${sleeper.pid}`);
	});
});

test('v2: a process into a cgroup that gives controllers down', hasController, () => {
	withController(controller => {
		const one = cgroup(unified!);
		writeFileSync(`${one}/cgroup.subtree_control`, `+${controller}`);
		const found = causeOf(() => writeKernelFile(`${one}/cgroup.procs`, `${sleeper.pid}`));
		assertCause(found, 'cgroup-gives-controllers-to-children', new RegExp(`subtree_control: ${controller}`));
	});
});

test('v2: a controller that a child still hands down', hasController, () => {
	withController(controller => {
		const one = cgroup(unified!);
		const two = cgroup(unified!, '/two');
		writeFileSync(`${one}/cgroup.subtree_control`, `+${controller}`);
		writeFileSync(`${two}/cgroup.subtree_control`, `+${controller}`);
		const found = causeOf(() => writeKernelFile(`${one}/cgroup.subtree_control`, `-${controller}`));
		assertCause(found, 'cgroup-controller-used-below', new RegExp(`two/cgroup.subtree_control: ${controller}`));
	});
});

test('v1: a controller that v2 has', hasController, () => {
	withController(controller => {
		const one = cgroup(unified!);
		const found = causeOf(() => mount('none', tmpdir(), 'cgroup', 0, controller));
		assertCause(found, 'mount-controller-in-v2', new RegExp(`cgroup.controllers: .*${controller}`));
		assert.ok(found.sentence.en.includes(dirname(one)));
	});
});

test('v2: a file of a controller that isn’t handed down', hasController, () => {
	withController(controller => {
		cgroup(unified!);
		const two = cgroup(unified!, '/two');
		const found = causeOf(() => writeKernelFile(`${two}/${controller}.max`, 'max'));
		assertCause(
			found,
			'cgroup-controller-not-enabled-above',
			/subtree_control: \(empty\)/,
			new RegExp(`cgroup.controllers: .*${controller}`),
		);
	});
});

test('v2: a controller that is in a v1 hierarchy', needs(unified && legacy('memory'), 'v1 beside v2'), () => {
	const one = cgroup(unified!);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.subtree_control`, '+memory')),
		'cgroup-controller-in-v1',
		/cgroups: memory \d+/,
	);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/memory.max`, '1G')),
		'cgroup-controller-in-v1',
		/cgroups: memory \d+/,
	);
});

test('v2: a controller that nobody knows, and a word that is none', needs(unified, 'cgroup v2'), () => {
	const one = cgroup(unified!);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.subtree_control`, '+warp')),
		'cgroup-no-such-controller',
		/cgroup.controllers: /,
	);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.subtree_control`, 'memory')),
		'cgroup-value-not-taken',
		/"memory"/,
	);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.max.depth`, 'deep')),
		'cgroup-value-not-taken',
		/"deep"/,
	);
});

test('v2: a process into a cgroup that threads made invalid', needs(unified, 'cgroup v2'), () => {
	cgroup(unified!);
	writeFileSync(`${cgroup(unified!, '/threads')}/cgroup.type`, 'threaded');
	const plain = cgroup(unified!, '/plain');
	const found = causeOf(() => writeKernelFile(`${plain}/cgroup.procs`, `${sleeper.pid}`));
	assertCause(found, 'cgroup-threaded', /cgroup.type: domain invalid/);
});

test('v2: no more cgroups', needs(unified, 'cgroup v2'), () => {
	const one = cgroup(unified!);
	writeFileSync(`${one}/cgroup.max.descendants`, '0');
	assertCause(
		causeOf(() => mkdir(`${one}/two`)),
		'cgroup-descendants-limit',
		/cgroup.max.descendants: 0/,
	);
	writeFileSync(`${one}/cgroup.max.descendants`, 'max');
	writeFileSync(`${one}/cgroup.max.depth`, '0');
	assertCause(
		causeOf(() => mkdir(`${one}/two`)),
		'cgroup-descendants-limit',
		/cgroup.max.depth: 0/,
	);
});

test('v2: a move out of a cgroup that isn’t one’s own', needs(unified, 'cgroup v2'), async () => {
	const one = cgroup(unified!);
	for (const path of [one, `${one}/cgroup.procs`]) chownSync(path, 65534, 65534);
	const found = await causeInChild(`writeKernelFile('${one}/cgroup.procs', String(process.pid))`, {uid: 65534});
	assertCause(found, 'cgroup-common-ancestor-not-ours', /cgroup: 0::/, /cgroup.procs: file, mode 0644, owner 0:0/);
});

test('a process that isn’t there', needs(hierarchies[0], 'cgroups'), () => {
	const one = cgroup(hierarchies[0]!);
	const found = causeOf(() => writeKernelFile(`${one}/cgroup.procs`, '4194303'));
	assertCause(found, 'cgroup-no-such-process', /no directory 4194303/);
});

test('rmdir: children, then processes', needs(hierarchies[0], 'cgroups'), () => {
	const one = cgroup(hierarchies[0]!);
	const two = cgroup(hierarchies[0]!, '/two');
	assertCause(
		causeOf(() => rmdir(one)),
		'cgroup-has-children',
		/readdir .*: two/,
	);
	writeFileSync(`${two}/cgroup.procs`, `${sleeper.pid}`);
	assertCause(
		causeOf(() => rmdir(two)),
		'cgroup-has-processes',
		new RegExp(`cgroup.procs: ${sleeper.pid}`),
	);
});

test(
	'files of a cgroup that are to be removed, or written and have no w bit',
	needs(legacy('pids'), 'v1’s pids'),
	() => {
		const one = cgroup(legacy('pids')!);
		const removed = caused({call: 'unlink', args: [`${one}/tasks`], errno: 'EPERM', pid: process.pid});
		assert.throws(() => unlinkSync(`${one}/tasks`), {code: 'EPERM'});
		assertCause(removed, 'kernel-keeps-these-files', /tasks: file, mode/);
		assert.ok(removed.remedy.en.endsWith(`rmdir ${one}`));
		assertCause(
			causeOf(() => writeKernelFile(`${one}/pids.current`, '1')),
			'kernel-file-read-only',
			/pids.current: file, mode 0444/,
		);
	},
);

test('v2: a value for a file that can’t be read', needs(unified, 'cgroup v2'), t => {
	const one = cgroup(unified!);
	if (!existsSync(`${one}/cgroup.kill`)) return t.skip('needs cgroup.kill, of Linux 5.14');
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.kill`, '2')),
		'cgroup-value-not-taken',
		/cgroup.kill: "2"/,
	);
});

test('a file that is of the other version', needs(legacy('memory'), 'v1’s memory'), () => {
	const one = cgroup(legacy('memory')!);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/memory.max`, '1G')),
		'cgroup-no-such-file',
		/no memory.max; there are .*memory.limit_in_bytes/,
	);
	// As a shell's > does it, which would make the file.
	const shell = caused({
		call: 'openat',
		args: ['AT_FDCWD', `${one}/memory.max`, 'O_WRONLY|O_CREAT|O_TRUNC', '0666'],
		errno: 'EACCES',
		pid: process.pid,
	});
	assertCause(shell, 'cgroup-no-such-file');
});

test('v1 cpuset: empty, outside of the parent’s, no list', needs(legacy('cpuset'), 'v1’s cpuset'), () => {
	const one = cgroup(legacy('cpuset')!);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cgroup.procs`, `${sleeper.pid}`)),
		'cgroup-cpuset-empty',
		/cpuset.cpus: \(empty\)/,
		/cpuset.mems: \(empty\)/,
	);
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cpuset.cpus`, 'most')),
		'cgroup-value-not-taken',
		/"most"/,
		/cpu\/possible: 0/,
	);
	writeFileSync(`${one}/cpuset.cpus`, '0');
	const two = cgroup(legacy('cpuset')!, '/two');
	assertCause(
		causeOf(() => writeKernelFile(`${two}/cpuset.cpus`, '1')),
		'cgroup-cpuset-outside-parent',
		/cpuset.cpus: 0$/,
	);
	writeFileSync(`${two}/cpuset.cpus`, '0');
	assertCause(
		causeOf(() => writeKernelFile(`${one}/cpuset.cpus`, '1')),
		'cgroup-cpuset-used-below',
		/two\/cpuset.cpus: 0$/,
	);
});

test('v1 cpu: more than the parent has', needs(legacy('cpu'), 'v1’s cpu'), () => {
	writeFileSync(`${cgroup(legacy('cpu')!)}/cpu.cfs_quota_us`, '50000');
	const two = cgroup(legacy('cpu')!, '/two');
	const found = causeOf(() => writeKernelFile(`${two}/cpu.cfs_quota_us`, '90000'));
	assertCause(found, 'cgroup-quota-above-parent', /cpu.cfs_quota_us: 50000/);
	assertCause(
		causeOf(() => writeKernelFile(`${two}/cpu.cfs_quota_us`, '10')),
		'cgroup-value-not-taken',
		/"10"/,
	);
});

test(
	'v1 memory: less than is in use, and above the limit with swap',
	needs(legacy('memory'), 'v1’s memory'),
	async t => {
		const one = cgroup(legacy('memory')!);
		if (!existsSync(`${one}/memory.memsw.limit_in_bytes`)) return t.skip('needs swap accounting');
		writeFileSync(`${one}/memory.limit_in_bytes`, '100M');
		writeFileSync(`${one}/memory.memsw.limit_in_bytes`, '100M');
		assertCause(
			causeOf(() => writeKernelFile(`${one}/memory.limit_in_bytes`, '200M')),
			'cgroup-memory-above-swap-limit',
			/memsw.limit_in_bytes: 104857600/,
		);
		const found = await causeInChild(`
		writeKernelFile('${one}/cgroup.procs', String(process.pid));
		globalThis.kept = Buffer.alloc(32 << 20, 1);
		writeKernelFile('${one}/memory.limit_in_bytes', '1M');`);
		assertCause(found, 'cgroup-memory-in-use', /usage_in_bytes: \d{7,}/);
	},
);

test('v1: a value that isn’t taken', needs(legacy('pids'), 'v1’s pids'), () => {
	const one = cgroup(legacy('pids')!);
	const found = causeOf(() => writeKernelFile(`${one}/pids.max`, 'many'));
	assertCause(found, 'cgroup-value-not-taken', /pids.max: "many"/, /pids.max: max/);
});
