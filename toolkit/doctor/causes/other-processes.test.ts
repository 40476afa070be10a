import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {asKernelError} from '#kernel/file';
import {needsRoot} from '#kernel/testing';
import {assertCause, causeInChild, causeOf} from '../testing.ts';

test('a file of a process that has gone', () => {
	const path = '/proc/4194303/uid_map';
	const found = causeOf(() => {
		try {
			readFileSync(path);
		} catch (error) {
			throw asKernelError('openat', ['AT_FDCWD', path, 'O_RDONLY'], error);
		}
	});
	assertCause(found, 'other-process-gone', /lstat \/proc\/4194303: ENOENT/, /NSpid/);
});

test('a file of another’s process, and of one outside of the user namespace', needsRoot, async () => {
	const open = (path: string): string => `file('open', ['${path}', 'O_RDONLY'], () => fs.readFileSync('${path}'))`;
	const anothers = await causeInChild(open(`/proc/${process.pid}/environ`), {uid: 65534});
	assertCause(anothers, 'other-process-not-ours', /CapEff: 0{16}/, /Uid: 0 0 0 0/);
	const outside = await causeInChild(open(`/proc/${process.pid}/ns/uts`), {under: ['unshare', '-Ur']});
	assertCause(outside, 'other-process-not-ours', /ns\/user -> user:/);
});
