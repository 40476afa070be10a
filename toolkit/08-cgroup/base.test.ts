import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chownSync, mkdirSync, readdirSync} from 'node:fs';
import {test} from 'node:test';
import {passOn} from '#cgroup/base';
import {removeCgroupDirectory} from '#cgroup/directory';
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

test('passOn() moves processes out of the way', needsUnified, test => {
	const controller = unified!.controllers[0];
	if (controller === undefined) return test.skip('the v2 hierarchy has no controllers');
	const {mountPoint} = unified!;
	const wasPassed = readKernelFile(`${mountPoint}/cgroup.subtree_control`).includes(controller);
	const directory = `${mountPoint}/${name}-pass`;
	assert.deepEqual(passOn(mountPoint, [controller]), []);
	mkdirSync(directory);
	const child = spawn('sleep', ['60'], {stdio: 'ignore'});
	try {
		writeKernelFile(`${directory}/cgroup.procs`, String(child.pid));
		assert.deepEqual(passOn(directory, [controller, 'nosuch']), ['nosuch']);
		assert.equal(readKernelFile(`${directory}/cgroup.subtree_control`).trim(), controller);
		assert.deepEqual(
			readdirSync(directory).filter(each => each.startsWith('drydock')),
			['drydock-leaf'],
		);
		assert.equal(readKernelFile(`${directory}/drydock-leaf/cgroup.procs`).trim(), String(child.pid));
	} finally {
		child.kill('SIGKILL');
		assert.ok(removeCgroupDirectory(directory, 2000));
		if (!wasPassed) {
			// A cgroup that is gone may hold on to its controllers for a moment.
			waitUntil(() => {
				tolerate(['EBUSY'], () => writeKernelFile(`${mountPoint}/cgroup.subtree_control`, `-${controller}`));
				return !readKernelFile(`${mountPoint}/cgroup.subtree_control`).includes(controller);
			}, 1000);
		}
	}
});
