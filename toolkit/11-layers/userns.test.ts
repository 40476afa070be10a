import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, lstatSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {getXattr} from '#kernel/xattr';
import {driverOf, type Union} from '#layers';
import {writeTree} from '#layers/testing';

/** What a container's init does with its files, in a user namespace. It prints what it sees afterwards. */
const insideCode = `
	import {readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync} from 'node:fs';
	import {runSteps} from '#kernel/plan';
	import {unionSteps} from '#layers';
	import {defaultMounts, deviceSteps, mountNamespaceSteps, mountSteps} from '#mnt';
	import {defaultMaskedPaths, defaultReadonlyPaths, rootfsSteps} from '#rootfs';
	const {union, ownNetwork} = JSON.parse(process.argv[1]);
	const rootfs = union.target;
	runSteps([
		...mountNamespaceSteps(),
		...unionSteps(union),
		...mountSteps({rootfs, mounts: defaultMounts({userNamespace: true, ownNetwork})}),
		...deviceSteps({rootfs, userNamespace: true}),
		...rootfsSteps({rootfs, maskedPaths: defaultMaskedPaths, readonlyPaths: defaultReadonlyPaths}),
	]);
	writeFileSync('/dev/null', 'x');
	rmSync('/etc/motd');
	rmSync('/tmp/dir', {recursive: true});
	mkdirSync('/tmp/dir');
	const [root, processes] = [readdirSync('/'), readdirSync('/proc').filter(name => /^[0-9]+$/.test(name))];
	console.log(JSON.stringify({root, processes, cgroups: readdirSync('/sys/fs/cgroup'), devices: readdirSync('/dev')}));
`;

function inUserNamespace(union: Union, ownNetwork: boolean): unknown {
	const namespaces = [
		'--user',
		'--map-root-user',
		'--mount',
		'--pid',
		'--ipc',
		'--fork',
		...(ownNetwork ? ['--net', '--cgroup'] : []),
	];
	const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', insideCode, '--'];
	const run = spawnSync('unshare', [...namespaces, ...node, JSON.stringify({union, ownNetwork})], {encoding: 'utf8'});
	assert.equal(run.status, 0, run.stderr);
	return JSON.parse(run.stdout);
}

for (const ownNetwork of [true, false]) {
	for (const inMemory of [true, false]) {
		const title = `${ownNetwork ? 'own' : 'the host’s'} network, changes ${inMemory ? 'in memory' : 'on disk'}`;
		test(`mounts, masks and a union work in a user namespace (${title})`, needsRoot, () => {
			const top = mkdtempSync(join(tmpdir(), 'userns-'));
			const union: Union = {
				driver: 'overlay',
				readOnly: [join(top, 'layer')],
				readWrite: {path: join(top, 'container'), inMemory},
				target: join(top, 'rootfs'),
				userNamespace: true,
			};
			try {
				writeTree(join(top, 'layer'), {etc: {motd: 'hello'}, tmp: {dir: {file: 'x'}}});
				const seen = inUserNamespace(union, ownNetwork) as Record<string, readonly string[]>;
				assert.deepEqual(seen.root, ['dev', 'etc', 'proc', 'sys', 'tmp']);
				assert.deepEqual(seen.processes, ['1']);
				assert.ok(seen.devices?.includes('null') && seen.devices.includes('ptmx'));
				assert.notEqual(seen.cgroups?.length, 0);
				const upper = join(top, 'container/upper');
				assert.equal(existsSync(upper), !inMemory);
				if (inMemory) return;
				assert.equal(lstatSync(join(upper, 'etc/motd')).rdev, 0);
				assert.equal(getXattr(join(upper, 'tmp/dir'), 'user.overlay.opaque')?.toString(), 'y');
				const changes = driverOf(union)
					.changes(union)
					.map(({kind, path}) => `${kind} ${path}`);
				for (const change of ['C /etc', 'D /etc/motd', 'C /tmp/dir', 'D /tmp/dir/file'])
					assert.ok(changes.includes(change), change);
			} finally {
				rmSync(top, {recursive: true});
			}
		});
	}
}
