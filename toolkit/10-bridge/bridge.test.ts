import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {type BridgeAttachment, bridgeSteps, bridgeWarnings, mendBridge, readBridge, readEndpoint} from '#bridge';
import {parsePortMapping} from '#bridge/port-mapping';
import {isInstalled} from '#bridge/program';
import {ask, attachment, inSmallWorld, isSilent, type Place, type SmallWorld} from '#bridge/testing';
import {writeKernelFile} from '#kernel/file';
import {listAddresses} from '#kernel/netlink/addresses';
import {findLink, listLinks} from '#kernel/netlink/links';
import {chainPolicy, findRules} from '#kernel/netlink/nftables';
import {addRoute} from '#kernel/netlink/routes';
import {StepError, undoSteps} from '#kernel/plan';
import {needsRoot} from '#kernel/testing';

const repository = new URL('../..', import.meta.url).pathname;
const packageOf = {nft: 'nftables', iptables: 'iptables'} as const;

test('bridgeSteps() let two containers talk, by their own addresses', needsRoot, () => {
	inSmallWorld({nat: 'none'}, ({attach, serve}) => {
		const [a, b] = [attach('a'), attach('b')];
		serve(a, 80);
		assert.equal(ask(b, '172.30.0.2', 80), '172.30.0.3');
		assert.equal(ask(b, '172.30.0.2', 80, 'udp'), '172.30.0.3');
	});
});

test('bridgeSteps() give the first container what all share, and the last one takes it away', needsRoot, () => {
	inSmallWorld({}, ({attach, stateDirectory}) => {
		const before = observe(stateDirectory);
		const [a, b] = [attach('a'), attach('b')];
		assert.equal(findLink('drydock0')?.mac, '02:42:ac:1e:00:01');
		assert.equal(findLink('ddbbbbbbbbbbbb')?.master, findLink('drydock0')?.index);
		assert.ok(listAddresses().some(({address}) => address === '172.30.0.1/16'));
		assert.deepEqual(undoSteps(a.steps), []);
		assert.deepEqual([findLink('ddaaaaaaaaaaaa'), findLink('drydock0')?.kind], [undefined, 'bridge']);
		assert.deepEqual(undoSteps(b.steps), []);
		assert.deepEqual(observe(stateDirectory), before);
		// Once more: there is nothing to find, and that is well.
		assert.deepEqual(undoSteps(b.steps), []);
	});
});

test('readEndpoint() tells a container’s place', needsRoot, () => {
	inSmallWorld({}, ({attach, stateDirectory}) => {
		assert.equal(readBridge(stateDirectory), undefined);
		attach('a', {address: '172.30.9.9', mac: '02:42:00:00:00:09', aliases: ['www']});
		const {address, gateway, mac, hostLink, prefixBits, aliases} = readEndpoint(stateDirectory, 'a'.repeat(64))!;
		assert.deepEqual(
			[address, gateway, mac, hostLink, prefixBits, aliases],
			['172.30.9.9', '172.30.0.1', '02:42:00:00:00:09', 'ddaaaaaaaaaaaa', 16, ['www']],
		);
		assert.equal(readBridge(stateDirectory)?.endpoints.length, 1);
		assert.equal(readEndpoint(stateDirectory, 'b'.repeat(64)), undefined);
	});
});

test('mendBridge() frees what the lost have, and the switch with the last of them', needsRoot, () => {
	inSmallWorld({}, ({attach, stateDirectory}) => {
		const before = observe(stateDirectory);
		attach('a');
		attach('b');
		mendBridge(stateDirectory, id => id.startsWith('a'));
		assert.deepEqual([findLink('ddaaaaaaaaaaaa'), findLink('drydock0')?.kind], [undefined, 'bridge']);
		assert.deepEqual(
			readBridge(stateDirectory)?.endpoints.map(({name}) => name),
			['name-b'],
		);
		mendBridge(stateDirectory, () => true);
		assert.deepEqual(observe(stateDirectory), before);
	});
});

test('bridgeSteps() keep away from subnets that the machine reaches', needsRoot, () => {
	inSmallWorld({nat: 'none'}, ({attach, stateDirectory}) => {
		addRoute({destination: '172.30.128.0/20', gateway: '192.0.2.1'});
		attach('a');
		assert.equal(readEndpoint(stateDirectory, 'a'.repeat(64))?.address, '172.31.0.2');
	});
});

test('bridgeSteps() make names known as containers come and go', needsRoot, () => {
	inSmallWorld({nat: 'none'}, ({attach, stateDirectory}) => {
		const hostsPath = join(stateDirectory, 'hosts-a');
		attach('a', {hostsPath});
		const b = attach('b', {aliases: ['db']});
		assert.match(
			readFileSync(hostsPath, 'utf8'),
			/^172\.30\.0\.2\thost-a name-a a{12}\n172\.30\.0\.3\tname-b db b{12}$/m,
		);
		undoSteps(b.steps);
		assert.doesNotMatch(readFileSync(hostsPath, 'utf8'), /name-b/);
	});
});

for (const nat of ['nft', 'iptables'] as const) {
	const needs = {skip: needsRoot.skip || (isInstalled(nat) ? false : `needs ${nat}: apt install ${packageOf[nat]}`)};

	test(`bridgeSteps() let a container out under the host’s address (${nat})`, needs, () => {
		inSmallWorld({nat}, ({attach, serve, world}) => {
			writeKernelFile('/proc/sys/net/ipv4/ip_forward', '0');
			serve(world, 80);
			const a = attach('a');
			assert.equal(ask(a, '192.0.2.1', 80), '192.0.2.2');
			assert.equal(ask(a, '192.0.2.1', 80, 'udp'), '192.0.2.2');
		});
	});

	test(`bridgeSteps() publish a port for everybody (${nat})`, needs, () => {
		inSmallWorld({nat}, ({attach, serve, host, world}) => {
			const ports = ['8080:80', '8080:80/udp'].flatMap(parsePortMapping);
			const [a, b] = [attach('a', {ports}), attach('b')];
			serve(a, 80);
			for (const protocol of ['tcp', 'udp'] as const) {
				// From far away: the container sees who it really is.
				assert.equal(ask(world, '192.0.2.2', 8080, protocol), '192.0.2.1', protocol);
				// From the host itself, by loopback and by its address.
				assert.equal(ask(host, '127.0.0.1', 8080, protocol), '172.30.0.1', protocol);
				assert.match(ask(host, '192.0.2.2', 8080, protocol), /^(192\.0\.2\.2|172\.30\.0\.1)$/, protocol);
				// From a neighbour, and from itself.
				assert.equal(ask(b, '192.0.2.2', 8080, protocol), '172.30.0.1', protocol);
				assert.equal(ask(a, '192.0.2.2', 8080, protocol), '172.30.0.1', protocol);
				assert.equal(ask(b, '172.30.0.1', 8080, protocol), '172.30.0.1', protocol);
			}
		});
	});

	test(`bridgeSteps() publish on one address only if asked to (${nat})`, needs, () => {
		inSmallWorld({nat}, ({attach, serve, host, world}) => {
			const a = attach('a', {ports: parsePortMapping('127.0.0.1:8080:80')});
			serve(a, 80);
			assert.equal(ask(host, '127.0.0.1', 8080), '172.30.0.1');
			assert.equal(ask(world, '192.0.2.2', 8080), 'ECONNREFUSED');
		});
	});

	test(`bridgeSteps() keep private what is not published (${nat})`, needs, () => {
		inSmallWorld({nat}, ({attach, serve, world}) => {
			const a = attach('a', {ports: parsePortMapping('8080:80')});
			serve(a, 80);
			serve(a, 81);
			world.within(() => addRoute({destination: '172.30.0.0/16', gateway: '192.0.2.2'}));
			assert.equal(ask(world, '192.0.2.2', 8080), '192.0.2.1');
			assert.ok(isSilent(world, '172.30.0.2', 81));
		});
	});

	test(`bridgeSteps() keep the host’s loopback closed to containers (${nat})`, needs, () => {
		inSmallWorld({nat}, world => {
			const {attach, serve, host} = world;
			serve(host, 9000);
			attach('a', {ports: parsePortMapping('8080:80')});
			// A stack without loopback of its own, and with a route of 127.0.0.0/8 to the host.
			const thief = thiefOf(world);
			assert.equal(ask(thief, '172.30.0.1', 9000), '172.30.0.3');
			assert.ok(isSilent(thief, '127.0.0.1', 9000));
		});
	});

	test(`bridgeSteps() add and remove one container’s ports and leave the others’ (${nat})`, needs, () => {
		inSmallWorld({nat}, ({attach, serve, host, stateDirectory}) => {
			const before = observe(stateDirectory);
			const a = attach('a', {ports: ['8080:80', '127.0.0.1:53:80'].flatMap(parsePortMapping)});
			const b = attach('b', {ports: parsePortMapping('8081:80')});
			serve(b, 80);
			undoSteps(a.steps);
			assert.equal(ask(host, '127.0.0.1', 8080), 'ECONNREFUSED');
			assert.equal(ask(host, '127.0.0.1', 8081), '172.30.0.1');
			undoSteps(b.steps);
			assert.deepEqual(observe(stateDirectory), before);
		});
	});

	test(`bridgeSteps() pass a firewall whose policy is to drop (${nat})`, needs, t => {
		if (!isInstalled('iptables')) return t.skip('needs iptables to make such a firewall');
		inSmallWorld({nat}, ({attach, serve, world, stateDirectory}) => {
			run('iptables', ['-P', 'FORWARD', 'DROP']);
			const before = observe(stateDirectory);
			serve(world, 80);
			const a = attach('a', {ports: parsePortMapping('8080:81')});
			serve(a, 81);
			assert.equal(ask(a, '192.0.2.1', 80), '192.0.2.2');
			assert.equal(ask(world, '192.0.2.2', 8080), '192.0.2.1');
			undoSteps(a.steps);
			assert.deepEqual(observe(stateDirectory), before);
			assert.deepEqual(findRules('filter', 'FORWARD', 'drydock0'), []);
			assert.notEqual(chainPolicy('filter', 'FORWARD'), 'accept');
		});
	});
}

test('bridgeSteps() pass the older kind of iptables too, beside nft', needsRoot, t => {
	if (!isInstalled('iptables-legacy') || !isInstalled('nft')) return t.skip('needs nft and iptables-legacy');
	inSmallWorld({nat: 'nft'}, ({attach, serve, world}) => {
		run('iptables-legacy', ['-P', 'FORWARD', 'DROP']);
		serve(world, 80);
		const a = attach('a');
		assert.equal(ask(a, '192.0.2.1', 80), '192.0.2.2');
		undoSteps(a.steps);
		assert.equal(run('iptables-legacy', ['-S', 'FORWARD']), '-P FORWARD DROP\n');
	});
});

test('bridgeSteps() refuse a taken port in one line', needsRoot, () => {
	inSmallWorld({}, ({attach, serve, host, stateDirectory}) => {
		attach('a', {ports: parsePortMapping('8080:80')});
		const publish = (text: string) => () => attach('b', {ports: parsePortMapping(text)});
		assert.throws(publish('8080:81'), refusal(/port 8080\/tcp is already allocated by name-a/));
		serve(host, 9100);
		assert.equal(ask(host, '127.0.0.1', 9100), '127.0.0.1');
		assert.throws(publish('9100:80'), refusal(/port 9100\/tcp is in use by a program of this machine/));
		assert.throws(publish('9100:80/udp'), refusal(/port 9100\/udp is in use/));
		assert.throws(publish('203.0.113.7:80:80'), refusal(/this machine has no such address/));
		// Nothing of those attempts is left.
		assert.equal(readBridge(stateDirectory)?.endpoints.length, 1);
	});
});

test('bridgeSteps() choose a free port where any will do', needsRoot, () => {
	inSmallWorld({}, ({attach, stateDirectory}) => {
		const ports = ['80', '8000-8003:81', '8000-8003:82'].flatMap(parsePortMapping);
		attach('a', {ports});
		const published = readEndpoint(stateDirectory, 'a'.repeat(64))!.ports.map(({hostPort}) => hostPort);
		assert.ok(published[0]! >= 49153);
		assert.deepEqual(published.slice(1), [8000, 8001]);
	});
});

test('bridgeSteps() refuse ports where nothing can publish them', needsRoot, () => {
	inSmallWorld({nat: 'none'}, ({attach, stateDirectory}) => {
		assert.throws(() => attach('a', {ports: parsePortMapping('8080:80')}), refusal(/neither nft nor iptables/));
		assert.equal(readBridge(stateDirectory), undefined);
	});
});

test('bridgeSteps() refuse an id, a name or a bridge that is none', needsRoot, () => {
	inSmallWorld({}, ({attach}) => {
		assert.throws(() => attach('a', {containerId: '../../etc/passwd'}), refusal(/not a container id/));
		assert.throws(() => attach('a', {name: 'web\n192.0.2.9 bank.example'}), refusal(/not a host name/));
		assert.throws(() => attach('a', {network: 'out0'}), refusal(/is no bridge/));
	});
});

test('bridgeWarnings() are about the way out', () => {
	const expected = isInstalled('nft') || isInstalled('iptables') ? 0 : 1;
	assert.equal(bridgeWarnings().length, expected);
});

test('undo removes what a process left that was killed after any step', needsRoot, () => {
	for (const nat of natPrograms()) {
		inSmallWorld({nat}, ({place, stateDirectory}) => {
			const before = observe(stateDirectory);
			for (const steps of [0, 1, 2, 3, 4]) {
				const there = place();
				const options = {...attachment('a', stateDirectory, there), ports: parsePortMapping('8080:80'), nat};
				const killed = dieAfter(steps, options);
				assert.equal(killed.signal, 'SIGKILL', killed.stderr);
				assert.deepEqual(undoSteps(bridgeSteps(options)), []);
				assert.deepEqual(observe(stateDirectory), before, `${nat}, killed after ${steps} steps`);
			}
		});
	}
});

test('bridgeSteps() begin anew over what was left of a network whose state is lost', needsRoot, () => {
	inSmallWorld({}, ({attach, serve, host, stateDirectory}) => {
		attach('a', {ports: parsePortMapping('8080:80')});
		rmSync(join(stateDirectory, 'network'), {recursive: true});
		const b = attach('b', {ports: parsePortMapping('8080:80'), subnet: '10.210.0.0/24'});
		serve(b, 80);
		assert.equal(ask(host, '127.0.0.1', 8080), '10.210.0.1');
	});
});

test('bridgeSteps() of two processes at once give each address once', needsRoot, async () => {
	const stateDirectory = mkdtempSync(join(tmpdir(), 'pool-'));
	// On the machine itself, where drydock0 is somebody's: the last one out removes the switch of this name.
	const network = `ddtest${process.pid}`;
	const ids = ['a', 'b'].map(letter =>
		Array.from({length: 50}, (_, index) => `${letter}${String(index).padStart(63, '0')}`),
	);
	const children = ids.map(mine =>
		spawn(process.execPath, programArgs(takeAddresses, {ids: mine, stateDirectory, network}), {
			cwd: repository,
			stdio: 'inherit',
		}),
	);
	const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0]));
	assert.deepEqual(codes, [0, 0]);
	const addresses = readBridge(stateDirectory, network)!.endpoints.map(({address}) => address);
	assert.equal(addresses.length, 100);
	assert.equal(new Set(addresses).size, 100);
	for (const id of ids.flat()) {
		const options = {...attachment('a', stateDirectory, {path: ''}), containerId: id, network};
		assert.deepEqual(undoSteps(bridgeSteps(options)), []);
	}
	assert.equal(readBridge(stateDirectory, network), undefined);
	rmSync(stateDirectory, {recursive: true});
});

/** Runs the first steps in another process, which then dies as by kill -9. */
function dieAfter(steps: number, {networkNamespace, ...rest}: BridgeAttachment) {
	const data = {steps, namespace: networkNamespace(), attachment: rest};
	return spawnSync(process.execPath, programArgs(dieHalfway, data), {cwd: repository, encoding: 'utf8'});
}

const dieHalfway = `
	import {bridgeSteps} from '#bridge';
	const {steps, namespace, attachment} = JSON.parse(process.argv[1]);
	for (const step of bridgeSteps({...attachment, networkNamespace: () => namespace}).slice(0, steps)) step.run();
	process.kill(process.pid, 'SIGKILL');
`;

const takeAddresses = `
	import {bridgeSteps} from '#bridge';
	const {ids, stateDirectory, network} = JSON.parse(process.argv[1]);
	for (const containerId of ids) {
		bridgeSteps({containerId, name: containerId, hostname: 'x', stateDirectory, network, networkNamespace: () => '', ports: [], nat: 'none'})[0].run();
	}
`;

/** Node's arguments to run a program of a few lines, with the same loader and the same modules as this one. */
function programArgs(program: string, data: unknown): readonly string[] {
	return [...process.execArgv, '--input-type=module', '--eval', program, JSON.stringify(data)];
}

/** A container that would reach the host's 127.0.0.1: its own loopback is off, and it routes there. */
function thiefOf({attach, place}: SmallWorld): Place {
	const there = place({loopback: false});
	attach('b', {networkNamespace: () => there.path});
	there.within(() => {
		writeKernelFile('/proc/sys/net/ipv4/conf/eth0/route_localnet', '1');
		addRoute({destination: '127.0.0.0/8', gateway: '172.30.0.1'});
	});
	return there;
}

/** All that a network may leave behind. */
function observe(stateDirectory: string): unknown {
	const shown = [['nft', 'list', 'ruleset'], ['iptables-save']].filter(([program]) => isInstalled(program!));
	return {
		links: listLinks().map(({name}) => name),
		rules: shown
			.flatMap(([program, ...args]) => run(program!, args).split('\n'))
			.filter(line => line.includes('drydock0')),
		state: existsSync(join(stateDirectory, 'network', 'drydock0')),
	};
}

function natPrograms(): readonly ('nft' | 'iptables' | 'none')[] {
	const installed = (['nft', 'iptables'] as const).filter(isInstalled);
	return installed.length > 0 ? installed : ['none'];
}

function run(program: string, args: readonly string[]): string {
	const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8'});
	assert.equal(status, 0, stderr);
	return stdout;
}

function refusal(words: RegExp): (error: unknown) => boolean {
	return error => error instanceof StepError && words.test(error.message) && !error.message.includes('\n');
}
