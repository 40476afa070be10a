import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chownSync, existsSync, lstatSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {getXattr} from '#kernel/xattr';
import {canHoldChanges, canHoldChangesInMemory, driverOf, type Union} from '#layers';
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
	if (union.readOnly[0] === '/') {
		writeFileSync('/etc/drydock-was-here', '');
	} else {
		rmSync('/etc/motd');
		rmSync('/tmp/dir', {recursive: true});
		mkdirSync('/tmp/dir');
	}
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

/** Where the changes go, and what that takes. */
const places = {
	'in memory': canHoldChangesInMemory(true) ? needsRoot : {skip: 'tmpfs keeps no user attributes before Linux 6.6'},
	'on disk': canHoldChanges(tmpdir(), [], true) ? needsRoot : {skip: `${tmpdir()} keeps no user attributes`},
	'in a full copy': needsRoot,
} as const;

for (const ownNetwork of [true, false]) {
	for (const [place, needs] of Object.entries(places)) {
		const title = `${ownNetwork ? 'own' : 'the host’s'} network, changes ${place}`;
		test(`mounts, masks and a union work in a user namespace (${title})`, needs, () => {
			const top = mkdtempSync(join(tmpdir(), 'userns-'));
			const inMemory = place === 'in memory';
			const union: Union = {
				driver: place === 'in a full copy' ? 'vfs' : 'overlay',
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
				assert.equal(existsSync(upper), place === 'on disk');
				if (inMemory) return;
				if (place === 'on disk') {
					assert.equal(lstatSync(join(upper, 'etc/motd')).rdev, 0);
					assert.equal(getXattr(join(upper, 'tmp/dir'), 'user.overlay.opaque')?.toString(), 'y');
				}
				const changes = driverOf(union)
					.changes(union)
					.map(({kind, path}) => `${kind} ${path}`);
				for (const change of ['C /etc', 'D /etc/motd', 'C /tmp/dir', 'D /tmp/dir/file'])
					assert.ok(changes.includes(change), `${change}: ${changes}`);
			} finally {
				rmSync(top, {recursive: true});
			}
		});
	}
}

test('a view of the machine can be had in a user namespace', needsRoot, () => {
	const top = mkdtempSync(join(tmpdir(), 'userns-'));
	const union: Union = {
		driver: 'overlay',
		readOnly: ['/'],
		readWrite: {path: join(top, 'container')},
		target: join(top, 'rootfs'),
		userNamespace: true,
		hidden: [join(top, 'state')],
	};
	try {
		writeTree(join(top, 'state'), {secret: 'x'});
		const seen = inUserNamespace(union, true) as Record<string, readonly string[]>;
		for (const name of ['bin', 'etc', 'lib', 'proc', 'tmp', 'usr']) assert.ok(seen.root?.includes(name), name);
		assert.deepEqual(seen.processes, ['1']);
		assert.ok(!existsSync('/etc/drydock-was-here'));
		const changes = driverOf(union).changes(union);
		assert.ok(changes.some(({kind, path}) => kind === 'A' && path === '/etc/drydock-was-here'));
		assert.ok(!changes.some(({path}) => path.startsWith(join(top, 'state'))));
	} finally {
		rmSync(top, {recursive: true});
	}
});

test('unionSteps() works for an ordinary user, and undoing leaves nothing behind', needsRoot, () => {
	const top = mkdtempSync(join(tmpdir(), 'userns-'));
	const union: Union = {
		driver: 'overlay',
		readOnly: [join(top, 'layer')],
		readWrite: {path: join(top, 'container')},
		target: join(top, 'rootfs'),
		userNamespace: true,
		disposable: true,
	};
	const nobody = 65534;
	const code = `
		import {spawnSync} from 'node:child_process';
		import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
		import {runSteps, undoSteps} from '#kernel/plan';
		import {driverOf, unionSteps} from '#layers';
		import {mountNamespaceSteps} from '#mnt';
		const [union, self] = [JSON.parse(process.argv[1]), process.argv[2]];
		const [host, inside] = unionSteps(union);
		if (self === undefined) {
			runSteps([...mountNamespaceSteps(), inside]);
			mkdirSync(union.target + '/closed', {mode: 0});
			writeFileSync(union.target + '/etc/motd', 'changed');
		} else {
			runSteps([host]);
			const argv = ['--user', '--map-root-user', '--mount', process.execPath, ...process.execArgv, '--eval', self, '--', process.argv[1]];
			const {status, stderr} = spawnSync('unshare', argv, {encoding: 'utf8'});
			const changes = driverOf(union).changes(union).map(({kind, path}) => kind + path);
			const failures = undoSteps(unionSteps(union)).map(String);
			console.log(JSON.stringify({status, stderr, changes, failures, left: [union.target, union.readWrite.path].filter(existsSync)}));
		}
	`;
	try {
		writeTree(join(top, 'layer'), {etc: {motd: 'hello'}});
		chownSync(top, nobody, nobody);
		for (const path of ['layer', 'layer/etc', 'layer/etc/motd']) chownSync(join(top, path), nobody, nobody);
		const node = ['--import', 'tsx', '--input-type=module', '--eval', code, '--', JSON.stringify(union), code];
		const run = spawnSync(process.execPath, node, {
			encoding: 'utf8',
			uid: nobody,
			gid: nobody,
			env: {...process.env, HOME: top},
		});
		assert.equal(run.status, 0, run.stderr);
		const seen = JSON.parse(run.stdout);
		assert.equal(seen.status, 0, seen.stderr);
		assert.deepEqual(seen.changes, ['A/closed', 'C/etc', 'C/etc/motd']);
		assert.deepEqual([seen.failures, seen.left], [[], []]);
	} finally {
		rmSync(top, {recursive: true});
	}
});
