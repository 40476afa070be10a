import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {test} from 'node:test';
import {comingBack, joinNamespace, namespacePath} from '#kernel/namespace';
import {
	createBridge,
	createVeth,
	deleteLink,
	deleteLinkGroup,
	findLink,
	linkIndex,
	listLinks,
	setBridgePort,
	setLink,
} from '#kernel/netlink/links';
import {NetlinkError} from '#kernel/netlink/socket';
import {CLONE_NEWNET, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {type KernelCall, watchCalls} from '#kernel/trace';

test('createVeth() makes a pair whose ends know each other', needsRoot, () => {
	inNewNetwork(() => {
		createVeth('near', {mac: '02:42:00:00:00:01', mtu: 1400, up: true}, {name: 'far'});
		const [near, far] = [findLink('near'), findLink('far')];
		assert.deepEqual([near?.kind, near?.mac, near?.mtu, near?.up], ['veth', '02:42:00:00:00:01', 1400, true]);
		assert.deepEqual([near?.peer?.index, far?.peer?.index], [far?.index, near?.index]);
		// The other end is down, so there is no carrier.
		assert.deepEqual([near?.running, far?.up], [false, false]);
		setLink('far', {up: true});
		assert.equal(findLink('near')?.running, true);
	});
});

test('createVeth() lets the other end be born in another namespace', needsRoot, () => {
	inNewNetwork(() => {
		const fd = newNetworkFd();
		createVeth('near', {}, {name: 'eth0', namespaceFd: fd});
		assert.notEqual(findLink('near')?.peer?.netnsid, undefined);
		const inside = comingBack(['net'], () => {
			joinNamespace(`/proc/self/fd/${fd}`, 'net');
			return findLink('eth0')?.kind;
		});
		assert.equal(inside, 'veth');
		assert.equal(findLink('eth0'), undefined);
		closeSync(fd);
	});
});

test('createBridge() makes a switch that links can be plugged into', needsRoot, () => {
	inNewNetwork(() => {
		createBridge('switch0', {mac: '02:42:00:00:00:02', stp: false, multicastSnooping: false, up: true});
		createVeth('port0', {master: linkIndex('switch0')}, {name: 'far'});
		assert.deepEqual([findLink('switch0')?.kind, findLink('port0')?.master], ['bridge', linkIndex('switch0')]);
		setLink('port0', {master: 0});
		assert.equal(findLink('port0')?.master, undefined);
	});
});

test('setBridgePort() is told by the kernel’s own files', needsRoot, () => {
	inNewNetwork(() => {
		createBridge('switch0');
		createVeth('port0', {master: linkIndex('switch0')}, {name: 'far'});
		setBridgePort('port0', {hairpin: true, isolated: true});
		const shown = spawnSync('ip', ['-j', '-d', 'link', 'show', 'port0'], {encoding: 'utf8'});
		if (shown.error !== undefined) return;
		const data = JSON.parse(shown.stdout)[0].linkinfo.info_slave_data;
		assert.deepEqual([data.hairpin, data.isolated], [true, true]);
	});
});

test('setLink() renames a link and moves it away', needsRoot, () => {
	inNewNetwork(() => {
		createVeth('near', {}, {name: 'far'});
		setLink('near', {name: 'other'});
		assert.deepEqual([findLink('near'), findLink('other')?.name], [undefined, 'other']);
		const fd = newNetworkFd();
		setLink('other', {namespaceFd: fd});
		assert.equal(findLink('other'), undefined);
		closeSync(fd);
	});
});

test('deleteLink() has deleted when it returns', needsRoot, () => {
	inNewNetwork(() => {
		createVeth('near', {}, {name: 'far'});
		deleteLink('near');
		assert.deepEqual(
			listLinks().filter(({kind}) => kind === 'veth'),
			[],
		);
		// The name is free at once.
		createVeth('near', {}, {name: 'far'});
		assert.throws(() => deleteLink('nowhere'), isRefusal('ENODEV'));
	});
});

test('deleteLinkGroup() deletes those of the group alone', needsRoot, () => {
	inNewNetwork(() => {
		createBridge('switch0', {group: 77});
		createVeth('port0', {group: 77, master: linkIndex('switch0')}, {name: 'far0'});
		createVeth('port1', {master: linkIndex('switch0')}, {name: 'far1'});
		deleteLinkGroup(77);
		assert.deepEqual(
			['switch0', 'port0', 'far0', 'port1', 'far1'].map(name => findLink(name)?.name),
			[undefined, undefined, undefined, 'port1', 'far1'],
		);
		deleteLinkGroup(77);
	});
});

test('listLinks() agrees with ip', needsRoot, () => {
	inNewNetwork(() => {
		createBridge('switch0', {up: true});
		createVeth('port0', {up: true, master: linkIndex('switch0')}, {name: 'far'});
		const shown = spawnSync('ip', ['-j', '-d', 'link'], {encoding: 'utf8'});
		if (shown.error !== undefined) return;
		const theirs = (JSON.parse(shown.stdout) as IpLink[]).map(link => ({
			index: link.ifindex,
			name: link.ifname,
			mac: link.address,
			mtu: link.mtu,
			up: link.flags.includes('UP'),
		}));
		assert.deepEqual(
			listLinks().map(({index, name, mac, mtu, up}) => ({index, name, mac, mtu, up})),
			theirs,
		);
	});
});

test('listLinks() reads a list that takes several datagrams', needsRoot, () => {
	inNewNetwork(() => {
		for (let number = 0; number < 40; number++) createVeth(`n${number}`, {}, {name: `f${number}`});
		assert.equal(listLinks().filter(({kind}) => kind === 'veth').length, 80);
	});
});

test('createVeth() tells the trace what was asked and what came back', needsRoot, () => {
	const made: KernelCall[] = [];
	inNewNetwork(() => {
		const stop = watchCalls(call => made.push(call));
		createVeth('near', {up: true}, {name: 'far'});
		assert.throws(() => createVeth('near', {}, {name: 'far'}), isRefusal('EEXIST'));
		stop();
	});
	const told = made.filter(({call}) => call === 'RTM_NEWLINK').map(({args, result, errno}) => [...args, result, errno]);
	assert.deepEqual(told, [
		['near', 'kind veth', 'peer far', 'up', 0, undefined],
		['near', 'kind veth', 'peer far', -1, 'EEXIST'],
	]);
});

interface IpLink {
	readonly ifindex: number;
	readonly ifname: string;
	readonly address: string;
	readonly mtu: number;
	readonly flags: readonly string[];
}

function isRefusal(errno: string): (error: unknown) => boolean {
	return error => error instanceof NetlinkError && error.errno === errno;
}

function inNewNetwork(visit: () => void): void {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		visit();
	});
}

function newNetworkFd(): number {
	return comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		return openSync(namespacePath('self', 'net'), 'r');
	});
}

test('deleteLink() leaves a process that may end at once, before the kernel is done', needsRoot, () => {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		const module = new URL('link-changes.ts', import.meta.url).href;
		const links = new URL('links.ts', import.meta.url).href;
		const program = `
			const {createBridge, listLinks} = await import('${links}');
			const {deleteLink} = await import('${module}');
			createBridge('short', {});
			deleteLink('short');
			console.log(listLinks().map(({name}) => name).join());
			process.exit();`;
		const {stdout, stderr} = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
			encoding: 'utf8',
		});
		assert.equal(stdout.trim(), 'lo', stderr);
	});
});
