import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dockerArguments} from '#compare/docker-arguments';
import type {ContainerRecord} from '#engine';
import {defaultMounts} from '#mnt';
import type {Spec} from '#runtime';
import {defaultCapabilities} from '#security/capabilities';

const plain: Spec = {
	ociVersion: '1.2.0',
	process: {
		user: {uid: 0, gid: 0},
		args: ['sleep', '9'],
		env: ['A=b'],
		cwd: '/',
		capabilities: {bounding: defaultCapabilities},
	},
	root: {path: '/x', readonly: false},
	hostname: 'web',
	mounts: defaultMounts(),
	linux: {
		namespaces: [{type: 'pid'}, {type: 'network'}, {type: 'ipc'}, {type: 'uts'}, {type: 'mount'}],
		seccomp: {defaultAction: 'SCMP_ACT_ERRNO'},
		maskedPaths: ['/proc/keys'],
	},
};

function argumentsFor(spec: Spec, network = 'bridge', engine: 'docker' | 'podman' = 'docker'): string {
	const record = {id: 'ab', networkMode: network, openStdin: false, container: {id: 'ab', spec}} as ContainerRecord;
	const run = {name: 'twin', image: 'i', engine, command: spec.process!.args, mounts: spec.mounts ?? []};
	return dockerArguments(record, run).join(' ');
}

test('dockerArguments() says nothing of what docker would choose by itself', () => {
	assert.equal(
		argumentsFor(plain),
		'run --detach --name twin --network bridge --hostname web --workdir / --env A=b --shm-size 67108864 --entrypoint sleep i 9',
	);
});

test('dockerArguments() asks again for what was asked for', () => {
	const {process, linux} = plain as Required<Spec>;
	const limits = argumentsFor({
		...plain,
		process: {
			...process!,
			rlimits: [{type: 'RLIMIT_NOFILE', soft: 1, hard: 2 ** 64}],
			noNewPrivileges: true,
			oomScoreAdj: 7,
		},
		linux: {
			...linux,
			resources: {memory: {limit: 64, swap: -1}, pids: {limit: 3}, cpu: {quota: 5}},
			sysctl: {'a.b': 'c'},
		},
	});
	assert.match(
		limits,
		/--memory 64 --memory-swap -1 --cpu-quota 5 --pids-limit 3 --ulimit nofile=1:-1 --oom-score-adj 7 --sysctl a\.b=c --security-opt no-new-privileges /,
	);
	const powers = argumentsFor({...plain, process: {...process!, capabilities: {bounding: ['CAP_KILL']}}});
	assert.match(powers, /--cap-drop ALL --cap-add KILL /);
	assert.match(
		argumentsFor({...plain, linux: {namespaces: []}}, 'host'),
		/--network host --pid host --ipc host --uts host .*seccomp=unconfined --security-opt systempaths=unconfined/,
	);
	assert.match(
		argumentsFor({...plain, linux: {...linux, resources: {devices: [{allow: true, access: 'rwm'}]}}}),
		/--privileged/,
	);
	const joined = {...linux, namespaces: [{type: 'network' as const, path: '/proc/7/ns/net'}]};
	assert.match(argumentsFor({...plain, linux: joined}, 'container:x'), /--network none /);
	assert.match(argumentsFor({...plain, linux: joined}, 'container:x', 'podman'), /--network ns:\/proc\/7\/ns\/net /);
	assert.doesNotMatch(argumentsFor({...plain, mounts: defaultMounts({hostIpc: true})}), /shm/);
	const mounts = [
		{destination: '/data', type: 'bind', source: '/twin/data', options: ['rbind', 'ro']},
		{destination: '/scratch', type: 'tmpfs', source: 'tmpfs', options: ['size=1k']},
	];
	assert.match(
		argumentsFor({...plain, mounts}),
		/--volume \/twin\/data:\/data:ro --tmpfs \/scratch:size=1k --entrypoint/,
	);
});
