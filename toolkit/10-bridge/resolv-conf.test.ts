import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resolvConf} from '#bridge/resolv-conf';

const host = `# made by hand
nameserver 127.0.0.53
nameserver 192.0.2.53 ; the house's
nameserver ::1
search first.example
search second.example home
options edns0 trust-ad
`;

test('resolvConf() leaves out the servers that the container can’t reach', () => {
	assert.equal(resolvConf(host), 'nameserver 192.0.2.53\nsearch second.example home\noptions edns0 trust-ad\n');
});

test('resolvConf() takes what is asked for instead', () => {
	assert.equal(
		resolvConf(host, {nameservers: ['198.51.100.1', 'fd00::53'], search: ['.'], options: ['ndots:2']}),
		'nameserver 198.51.100.1\nnameserver fd00::53\noptions ndots:2\n',
	);
});

test('resolvConf() invents no server', () => {
	assert.match(resolvConf('nameserver 127.0.0.1\n'), /^# The host has no name server .*--dns\.\n$/);
});

test('resolvConf() refuses a server that is no address', () => {
	assert.throws(() => resolvConf(host, {nameservers: ['dns.example']}), /invalid --dns "dns\.example"/);
	assert.throws(() => resolvConf(host, {nameservers: ['192.0.2.1\nsearch evil.example']}), /invalid --dns/);
});
