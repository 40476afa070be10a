import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import type {Endpoint} from '#bridge/endpoint';
import {hostLines, hostnameText, hostsText, requireHostName, tellNames} from '#bridge/hosts';

test('hostsText() begins with what every machine knows', () => {
	const text = hostsText([{address: '172.30.0.2', names: ['web', 'www']}]);
	assert.match(text, /^127\.0\.0\.1\tlocalhost\n::1\tlocalhost/);
	assert.match(text, /\n172\.30\.0\.2\tweb www\n$/);
});

test('hostnameText() is one line', () => {
	assert.equal(hostnameText('web'), 'web\n');
});

test('hostLines() name the container, what was asked for, and the neighbours by address', () => {
	const me = endpoint('a', '172.30.0.9', {hostname: 'host', extraHosts: [['home', 'host-gateway']]});
	const all = [endpoint('c', '172.30.0.10', {aliases: ['db']}), me, endpoint('b', '172.30.0.2', {})];
	assert.deepEqual(hostLines(me, all), [
		{address: '172.30.0.9', names: ['host', 'name-a', 'aaaaaaaaaaaa']},
		{address: '172.30.0.1', names: ['home']},
		{address: '172.30.0.2', names: ['name-b', 'bbbbbbbbbbbb']},
		{address: '172.30.0.10', names: ['name-c', 'db', 'cccccccccccc']},
	]);
});

test('tellNames() rewrites the same file, shorter too, and follows no link', () => {
	const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
	const [path, trap, outside] = ['hosts', 'trap', 'outside'].map(name => join(directory, name)) as [
		string,
		string,
		string,
	];
	writeFileSync(path, 'x'.repeat(5000));
	const inode = statSync(path).ino;
	const me = endpoint('a', '172.30.0.2', {hostsPath: path});
	const other = endpoint('b', '172.30.0.3', {});
	tellNames([me, other]);
	assert.equal(readFileSync(path, 'utf8'), hostsText(hostLines(me, [me, other])));
	tellNames([me]);
	assert.equal(readFileSync(path, 'utf8'), hostsText(hostLines(me, [me])));
	assert.equal(statSync(path).ino, inode);
	writeFileSync(outside, 'precious');
	symlinkSync(outside, trap);
	assert.throws(() => tellNames([{...me, hostsPath: trap}]), {code: 'ELOOP'});
	assert.equal(readFileSync(outside, 'utf8'), 'precious');
	// A neighbour whose directory is gone spoils nothing.
	tellNames([{...me, hostsPath: join(directory, 'gone', 'hosts')}]);
	rmSync(directory, {recursive: true});
});

test('requireHostName() lets no second line in', () => {
	for (const good of ['web', 'my_web-1', '4f2a9c01be77', 'a.example']) assert.equal(requireHostName(good), good);
	for (const bad of ['', 'a b', 'a\nb', '-a', 'a.', '#a', 'x'.repeat(254)]) assert.throws(() => requireHostName(bad));
});

function endpoint(letter: string, address: string, more: Partial<Endpoint>): Endpoint {
	return {
		containerId: letter.repeat(64),
		name: `name-${letter}`,
		hostname: `name-${letter}`,
		aliases: [],
		network: 'drydock0',
		address,
		prefixBits: 16,
		gateway: '172.30.0.1',
		mac: '02:42:00:00:00:01',
		hostLink: `dd${letter.repeat(12)}`,
		ports: [],
		extraHosts: [],
		...more,
	};
}
