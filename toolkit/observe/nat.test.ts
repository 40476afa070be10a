import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {comingBack} from '#kernel/namespace';
import {CLONE_NEWNET, unshare} from '#kernel/sched';
import {needsRoot} from '#kernel/testing';
import {parseIptablesSave, parseNftRuleset, readNatRules} from '#observe/nat';

const hasNft = spawnSync('nft', ['--version']).status === 0;

test('parseNftRuleset() keeps the rules of tables that translate', () => {
	const text = `table ip drydock {
	set peers {
		type ipv4_addr
		elements = { 10.0.0.1 }
	}

	chain out {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 172.30.0.0/16 masquerade
	}

	chain forward {
		type filter hook forward priority filter; policy accept;
		accept
	}
}
table inet firewall {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 22 accept
	}
}
`;
	assert.deepEqual(parseNftRuleset(text), [
		'ip drydock out: ip saddr 172.30.0.0/16 masquerade',
		'ip drydock forward: accept',
	]);
});

test('parseIptablesSave() keeps the lines that append', () => {
	assert.deepEqual(parseIptablesSave('*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j DOCKER\nCOMMIT\n'), [
		'-A OUTPUT -j DOCKER',
	]);
});

test(
	'readNatRules() reads those of the calling thread’s network',
	hasNft ? needsRoot : {skip: 'nft is not installed'},
	() => {
		comingBack(['net'], () => {
			unshare(CLONE_NEWNET);
			assert.deepEqual(readNatRules(), []);
			const ruleset = 'table ip t { chain c { type nat hook postrouting priority 100; oifname "x" masquerade; }; }';
			const made = spawnSync('nft', ['-f', '-'], {input: ruleset, encoding: 'utf8'});
			assert.equal(made.status, 0, made.stderr);
			assert.deepEqual(readNatRules(), ['ip t c: oifname "x" masquerade']);
		});
	},
);
