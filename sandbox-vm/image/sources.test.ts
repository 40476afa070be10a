import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import fc from 'fast-check';
import {debianSources, formatSources, parseSources, parseSourcesList} from './sources.ts';
import {emptyDirectory} from './testing.ts';

/** An /etc with these files. */
function etc(t: TestContext, files: Readonly<Record<string, string>>): string {
	const directory = emptyDirectory(t);
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(directory, path)), {recursive: true});
		writeFileSync(join(directory, path), text);
	}
	return directory;
}

const bookworm = 'ID=debian\nVERSION_CODENAME=bookworm\n';

test('parseSources() reads what formatSources() writes', () => {
	const value = fc.stringMatching(/^[!-~]{1,20}( [!-~]{1,20}){0,3}$/);
	const source = fc.record({URIs: value, Suites: value, Components: value, 'Signed-By': value});
	fc.assert(
		fc.property(fc.array(source), sources => {
			assert.deepEqual(
				parseSources(formatSources(sources)),
				sources.map(source => ({...source})),
			);
		}),
	);
});

test('parseSources() keeps a key that stands in several lines, and leaves comments out', () => {
	const key =
		'\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEYCQjIxYJKwYBBAHaRw8BAQdAD\n -----END PGP PUBLIC KEY BLOCK-----';
	const text = `# mine\nTypes: deb\nURIs: http://a/debian\n# not now: URIs: x\nSuites: bookworm\nSigned-By:${key}\n`;
	const [source] = parseSources(text);
	assert.equal(source?.URIs, 'http://a/debian');
	assert.equal(source?.['Signed-By'], key);
	assert.deepEqual(parseSources(formatSources([source!])), [source]);
});

test('parseSourcesList() reads options, and passes over what is no source of packages', () => {
	const text = [
		'deb [arch=amd64 signed-by=/k.gpg] http://a/debian bookworm main contrib # here',
		'  deb http://b/debian bookworm-updates main',
		'#deb http://c/debian bookworm main',
		'deb-src http://d/debian bookworm main',
	];
	assert.deepEqual(parseSourcesList(text.join('\n')), [
		{
			Architectures: 'amd64',
			'Signed-By': '/k.gpg',
			Types: 'deb',
			URIs: 'http://a/debian',
			Suites: 'bookworm',
			Components: 'main contrib',
		},
		{Types: 'deb', URIs: 'http://b/debian', Suites: 'bookworm-updates', Components: 'main'},
	]);
});

test('debianSources() keeps the release’s own suites, and no third party’s', t => {
	const directory = etc(t, {
		'os-release': bookworm,
		'apt/sources.list': 'deb http://a/debian bookworm main contrib\ndeb http://pg/apt bookworm-pgdg main\n',
		'apt/sources.list.d/docker.list': 'deb [signed-by=/d.asc] https://download/linux/debian bookworm stable\n',
		'apt/sources.list.d/more.sources':
			'Types: deb deb-src\nURIs: http://b/debian-security\nSuites: bookworm-security bookworm-backports\nComponents: main non-free\n',
		'apt/sources.list.d/off.sources': 'Enabled: no\nTypes: deb\nURIs: http://c\nSuites: bookworm\nComponents: main\n',
		'apt/sources.list.d/old.sources.bak': 'Types: deb\nURIs: http://e\nSuites: bookworm\nComponents: main\n',
	});
	assert.deepEqual(parseSources(debianSources(directory)), [
		{Types: 'deb', URIs: 'http://a/debian', Suites: 'bookworm', Components: 'main'},
		{Types: 'deb', URIs: 'http://b/debian-security', Suites: 'bookworm-security', Components: 'main'},
	]);
});

test('debianSources() takes Debian’s own mirror where the host is another system, if its keys are there', t => {
	const directory = etc(t, {
		'os-release': 'ID=ubuntu\nVERSION_CODENAME=noble\n',
		'apt/sources.list': 'deb http://archive.ubuntu.com/ubuntu noble main\n',
		'key.gpg': '',
	});
	const sources = parseSources(debianSources(directory, join(directory, 'key.gpg')));
	assert.deepEqual(
		sources.map(({URIs}) => URIs),
		['http://deb.debian.org/debian', 'http://deb.debian.org/debian-security'],
	);
	assert.ok(sources.every(source => source['Signed-By'] === join(directory, 'key.gpg')));
	assert.throws(
		() => debianSources(directory, join(directory, 'no-key.gpg')),
		/ubuntu has no keys .* apt-get install -y debian-archive-keyring$/,
	);
});
