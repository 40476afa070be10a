import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, rmdirSync} from 'node:fs';
import {test} from 'node:test';
import {comingBack} from '#kernel/namespace';
import {CLONE_NEWPID, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {listHierarchies} from '#observe/hierarchies';
import {assertCause, caused, causeInChild} from '../testing.ts';

test('fork: a PID namespace whose process 1 has ended', needsRoot, () => {
	comingBack(['pid'], () => {
		unshare(CLONE_NEWPID);
		spawnSync('true');
		const {error} = spawnSync('true');
		assert.equal((error as NodeJS.ErrnoException | undefined)?.code, 'ENOMEM');
		const found = caused({call: 'clone', args: [], errno: 'ENOMEM', pid: process.pid});
		assertCause(found, 'fork-in-dead-pid-namespace', /pid_for_children -> pid:/, /no process is in pid:/);
	});
});

test('fork: pids.max', needsRoot, async () => {
	const hierarchy = listHierarchies().find(({controllers}) => controllers.includes('pids'));
	const cgroup = `${hierarchy!.mountPoint}/doctor-${process.pid}`;
	mkdirSync(cgroup);
	try {
		// Node has threads already: the limit is put below what is there.
		const body = `
			fs.writeFileSync('${cgroup}/cgroup.procs', String(process.pid));
			fs.writeFileSync('${cgroup}/pids.max', '1');
			const {error} = spawnSync('true');
			throw new KernelError('clone', [], error.code);`;
		assertCause(await causeInChild(body), 'fork-pids-max', /pids\.max: 1$/, /pids\.current: \d+/);
	} finally {
		rmdirSync(cgroup);
	}
});

test('fork: RLIMIT_NPROC', needsRoot, async () => {
	const body = `
		setResourceLimit(0, 'RLIMIT_NPROC', {soft: 1n, hard: 1n});
		const {error} = spawnSync('true');
		throw new KernelError('clone', [], error.code);`;
	assertCause(await causeInChild(body, {uid: 64_321}), 'fork-rlimit-nproc', /Max processes +1 /, /of user 64321/);
});
