import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chownSync, existsSync, mkdirSync} from 'node:fs';
import {test} from 'node:test';
import {passOn} from '#cgroup/base';
import {removeCgroupDirectory} from '#cgroup/directory';
import {unifiedControllers} from '#cgroup/place';
import {tolerate} from '#kernel/error';
import {readKernelFile, writeKernelFile} from '#kernel/file';
import {needsRoot} from '#kernel/testing';
import {waitUntil} from '#kernel/wait';
import {listHierarchies} from '#observe/hierarchies';

const unified = listHierarchies().find(({version}) => version === 2);
const needsUnified = unified === undefined ? {skip: 'no v2 hierarchy is mounted here'} : needsRoot;
const name = `drydock-test-base-${process.pid}`;

/** Asks, as an ordinary user in this v2 cgroup, where the base is. */
function baseOfNobodyIn(directory: string): unknown {
	const program = `
		import {writeFileSync} from 'node:fs';
		import {findBase} from '#cgroup/base';
		import {listHierarchies} from '#observe/hierarchies';
		writeFileSync(${JSON.stringify(`${directory}/cgroup.procs`)}, '0');
		process.setgroups([]);
		process.setgid(65534);
		process.setuid(65534);
		console.log(JSON.stringify(findBase(listHierarchies()[0])));
	`;
	const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
		encoding: 'utf8',
	});
	assert.equal(child.status, 0, child.stderr);
	return JSON.parse(child.stdout);
}

test('findBase() takes the nearest cgroup above that is the user’s and holds no processes', needsUnified, () => {
	const top = `${unified!.mountPoint}/${name}`;
	mkdirSync(`${top}/slice/scope`, {recursive: true});
	try {
		assert.match(
			String((baseOfNobodyIn(`${top}/slice/scope`) as {reason: string}).reason),
			/systemd-run --user --scope -p Delegate=yes/,
		);
		for (const directory of [`${top}/slice/scope`, `${top}/slice`]) {
			for (const file of ['', '/cgroup.procs', '/cgroup.subtree_control']) chownSync(directory + file, 65534, 65534);
			// First only the scope is theirs, and they are in it; then the slice too, which is empty.
			const path = directory.slice(unified!.mountPoint.length);
			assert.deepEqual(baseOfNobodyIn(`${top}/slice/scope`), {path, isTop: false});
		}
	} finally {
		assert.ok(removeCgroupDirectory(top, 2000));
	}
});

test('passOn() moves processes out of the way, and cgroups below can hold others', needsUnified, test => {
	const {mountPoint} = unified!;
	const controllers = unifiedControllers.filter(each => unified!.controllers.includes(each));
	if (controllers.length === 0) return test.skip('the v2 hierarchy has no controllers');
	const missing = controllers.filter(each => !readKernelFile(`${mountPoint}/cgroup.subtree_control`).includes(each));
	const directory = `${mountPoint}/${name}-pass`;
	assert.deepEqual(passOn(mountPoint, controllers), []);
	mkdirSync(directory);
	const [first, second] = [1, 2].map(() => spawn('sleep', ['60'], {stdio: 'ignore'}));
	try {
		writeKernelFile(`${directory}/cgroup.procs`, String(first!.pid));
		assert.deepEqual(passOn(directory, [...controllers, 'nosuch']), ['nosuch']);
		assert.deepEqual(words(`${directory}/cgroup.subtree_control`), controllers.toSorted());
		assert.deepEqual(words(`${directory}/drydock-leaf/cgroup.procs`), [String(first!.pid)]);
		mkdirSync(`${directory}/beside`);
		writeKernelFile(`${directory}/beside/cgroup.procs`, String(second!.pid));
		assert.deepEqual(words(`${directory}/beside/cgroup.procs`), [String(second!.pid)]);
	} finally {
		for (const child of [first, second]) child!.kill('SIGKILL');
		assert.ok(removeCgroupDirectory(directory, 2000));
		// A cgroup that is gone may hold on to its controllers for a moment.
		waitUntil(() => {
			for (const each of missing)
				tolerate(['EBUSY'], () => writeKernelFile(`${mountPoint}/cgroup.subtree_control`, `-${each}`));
			const passed = words(`${mountPoint}/cgroup.subtree_control`);
			return !missing.some(each => passed.includes(each));
		}, 1000);
	}
});

test('passOn() leaves the processes of the machine’s root where they are', needsUnified, () => {
	const {mountPoint} = unified!;
	passOn(mountPoint, words(`${mountPoint}/cgroup.subtree_control`));
	assert.ok(!existsSync(`${mountPoint}/drydock-leaf`));
});

/** Sorted: the kernel has an order of its own. */
function words(path: string): readonly string[] {
	return readKernelFile(path).split(/\s+/).filter(Boolean).sort();
}
