import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {comingBack} from '#kernel/namespace';
import {removeFromTables} from '#kernel/netlink/nft-removal';
import {chainPolicy, findElements, findRules, hasTable} from '#kernel/netlink/nftables';
import {CLONE_NEWNET, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';

const needsNft = {
	skip: needsRoot.skip || (spawnSync('nft', ['--version']).status === 0 ? false : 'needs nft: apt install nftables'),
};

const ruleset = `
	table ip shed {
		map doors { type inet_service : ipv4_addr; }
		chain yard { type filter hook forward priority 0; policy drop; }
	}
	add element ip shed doors { 80 comment "mine" : 192.0.2.1, 81 comment "yours" : 192.0.2.2 }
	add rule ip shed yard tcp dport 80 accept comment "mine"
	add rule ip shed yard tcp dport 81 accept comment "yours"
`;

test('hasTable() and chainPolicy() tell what is there', needsNft, () => {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		assert.deepEqual([hasTable('shed'), chainPolicy('shed', 'yard')], [false, undefined]);
		nft(['-f', '-'], ruleset);
		assert.deepEqual([hasTable('shed'), chainPolicy('shed', 'yard')], [true, 'drop']);
	});
});

test('removeFromTables() removes what bears our comment, and leaves the rest', needsNft, () => {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		nft(['-f', '-'], ruleset);
		removeFromTables([...findRules('shed', 'yard', 'mine'), ...findElements('shed', 'doors', 'mine')]);
		const left = nft(['list', 'ruleset']);
		assert.equal(left.match(/"mine"/g), null);
		assert.equal(left.match(/"yours"/g)?.length, 2);
		removeFromTables([{what: 'table', table: 'shed'}]);
		assert.equal(hasTable('shed'), false);
	});
});

test('removeFromTables() removes all or nothing', needsNft, () => {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		nft(['-f', '-'], ruleset);
		assert.throws(
			() =>
				removeFromTables([
					{what: 'table', table: 'shed'},
					{what: 'table', table: 'nowhere'},
				]),
			{errno: 'ENOENT'},
		);
		assert.equal(hasTable('shed'), true);
	});
});

test('findRules() finds none where there is nothing', needsRoot, () => {
	comingBack(['net'], () => {
		unshare(CLONE_NEWNET);
		assert.deepEqual([findRules('shed', 'yard', 'mine'), findElements('shed', 'doors', 'mine')], [[], []]);
	});
});

function nft(args: readonly string[], input = ''): string {
	const {status, stdout, stderr} = spawnSync('nft', args, {input, encoding: 'utf8'});
	assert.equal(status, 0, stderr);
	return stdout;
}
