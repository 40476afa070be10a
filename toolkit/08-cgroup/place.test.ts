import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {test} from 'node:test';
import {attach, createCgroup, freeze, joinCgroup, killAll, processesOf, removeCgroup, setLimits, thaw} from '#cgroup';
import {placesOf, usedHierarchies} from '#cgroup/place';
import {readKernelFile, writeKernelFile} from '#kernel/file';
import {MNT_DETACH, MS_PRIVATE, MS_REC, mount, umount} from '#kernel/mount';
import {comingBack} from '#kernel/namespace';
import {CLONE_FS, CLONE_NEWNS, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {readProcess, readProcessStat} from '#observe/processes';
import {untilSync} from '#observe/testing';

const parent = `drydock-test-${process.pid}`;

/** Shows `visit` a machine that has v2 alone: in a mount namespace where v1's trees are taken away. */
function withUnifiedOnly(visit: () => void): void {
	comingBack(['mnt'], () => {
		unshare(CLONE_FS | CLONE_NEWNS);
		mount(null, '/', null, MS_REC | MS_PRIVATE);
		for (const {version, mountPoint} of listHierarchies()) if (version === 1) umount(mountPoint, MNT_DETACH);
		visit();
	});
}

const hasUnified = listHierarchies().some(({version}) => version === 2);
const needsUnified = hasUnified ? needsRoot : {skip: 'no v2 hierarchy is mounted here'};

test('placesOf() finds one directory in each hierarchy that is used', needsRoot, () => {
	const {places, obstacles} = placesOf(`${parent}/x`);
	assert.deepEqual(obstacles, []);
	assert.deepEqual(
		places.map(({hierarchy}) => hierarchy.name),
		usedHierarchies().map(({name}) => name),
	);
	for (const {path, directory, hierarchy} of places) {
		assert.equal(path, `/${parent}/x`);
		assert.equal(directory, `${hierarchy.mountPoint}/${parent}/x`);
	}
	assert.deepEqual(
		placesOf(`/${parent}/x`).places.map(({directory}) => directory),
		places.map(({directory}) => directory),
	);
});

test(
	'on a machine with v2 alone a cgroup is one directory, and can be entered, frozen, killed and removed',
	needsUnified,
	() => {
		withUnifiedOnly(() => {
			const path = `${parent}/unified`;
			// On a tree with controllers a cgroup that has others below it holds no processes itself.
			createCgroup(`${path}/inner/most`);
			createCgroup(`${path}/forking`);
			const {places} = placesOf(path);
			assert.deepEqual(
				places.map(({hierarchy}) => hierarchy.version),
				[2],
			);
			const child = spawn('sleep', ['60'], {stdio: 'ignore'});
			const forking = spawn('sh', ['-c', 'while :; do sleep 0.01 & done'], {stdio: 'ignore'});
			try {
				attach(`${path}/inner/most`, child.pid!);
				attach(`${path}/forking`, forking.pid!);
				assert.equal(readProcess(readProcessStat(child.pid!)!)?.cgroups[''], `/${path}/inner/most`);
				freeze(path);
				assert.match(readKernelFile(`${places[0]!.directory}/inner/cgroup.events`), /^frozen 1$/m);
				thaw(path);
				untilSync(() => processesOf(path).length > 2);
			} finally {
				// In case they are somewhere else.
				for (const each of [child, forking]) each.kill('SIGKILL');
				killAll(path);
				removeCgroup(path);
			}
			assert.ok(!existsSync(`${places[0]!.hierarchy.mountPoint}/${parent}`));
		});
	},
);

test('on a machine with v2 alone joinCgroup() goes where the caller is not yet', needsUnified, () => {
	withUnifiedOnly(() => {
		const path = `${parent}/self`;
		const [home] = listHierarchies();
		createCgroup(path);
		try {
			joinCgroup(path);
			joinCgroup(path);
			assert.equal(listHierarchies()[0]?.own, `/${path}`);
			assert.deepEqual(processesOf(path), [process.pid]);
			// It spares the one who calls it.
			killAll(path);
		} finally {
			writeKernelFile(`${cgroupDirectory(home!, home!.own)}/cgroup.procs`, '0');
			removeCgroup(path);
		}
	});
});

test('setLimits() on a v2 tree that lacks the controller says so', needsUnified, test => {
	withUnifiedOnly(() => {
		if (listHierarchies()[0]?.controllers.includes('memory')) return test.skip('this one has it');
		const path = `${parent}/bare`;
		createCgroup(path);
		try {
			assert.throws(
				() => setLimits(path, {memory: {limit: 1e8}}),
				/can't limit memory: the kernel offers no memory controller/,
			);
			assert.match(setLimits(path, {devices: [{allow: false}]}).join(), /BPF program/);
		} finally {
			removeCgroup(path);
		}
	});
});
