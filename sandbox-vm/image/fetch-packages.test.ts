import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseUris} from './fetch-packages.ts';

const hash = 'ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf';

test('parseUris() reads what apt would fetch, in an order of its own', () => {
	const text = [
		'Reading package lists...',
		`'http://deb.debian.org/x/passwd_4.13_amd64.deb' passwd_1%3a4.13+dfsg1_amd64.deb 972180 SHA256:${hash}`,
		`'http://deb.debian.org/x/dash_0.5.12-2_amd64.deb' dash_0.5.12-2_amd64.deb 91848 SHA256:${hash}`,
	];
	assert.deepEqual(parseUris(text.join('\n')), [
		{file: 'dash_0.5.12-2_amd64.deb', bytes: 91848, sha256: hash},
		{file: 'passwd_1%3a4.13+dfsg1_amd64.deb', bytes: 972180, sha256: hash},
	]);
});

test('parseUris() takes no file without a good hash, and none whose name leads elsewhere', () => {
	const lines = [
		`'http://a/dash.deb' dash.deb 91848 MD5Sum:8d98f0c882f269aaee8437bcfe89346e`,
		`'http://a/dash.deb' ../dash.deb 91848 SHA256:${hash}`,
	];
	for (const line of lines) assert.deepEqual(parseUris(line), []);
});
