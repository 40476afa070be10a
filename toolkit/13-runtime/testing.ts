/**
 * For tests: a small root file system made of this machine's own programs.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** Makes a directory with these programs and the libraries that they need. The caller removes it. */
export function smallRootfs(programs: readonly string[] = ['/bin/sh', '/bin/ls', '/bin/cat', '/bin/sleep']): string {
	const root = mkdtempSync(join(tmpdir(), 'drydock-rootfs-'));
	for (const program of programs) {
		copyInto(root, program);
		const {stdout} = spawnSync('ldd', [program], {encoding: 'utf8'});
		for (const [library] of stdout.matchAll(/\/\S+/g)) copyInto(root, library);
	}
	return root;
}

function copyInto(root: string, path: string): void {
	const target = join(root, path);
	mkdirSync(dirname(target), {recursive: true});
	copyFileSync(path, target);
}
