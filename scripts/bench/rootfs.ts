import {execFileSync, spawnSync} from 'node:child_process';

/** Copies a few of this machine's programs into a folder, with the libraries they need: the least to compare with. */
export function fillRootfs(folder: string): void {
	const programs = ['/bin/sh', '/bin/true', '/bin/sleep'];
	// ldd fails for a program that needs no library, which is no reason to stop.
	const {stdout} = spawnSync('ldd', programs, {encoding: 'utf8'});
	const libraries = stdout.match(/\/[^\s:]+\.so[^\s:]*/g) ?? [];
	execFileSync('cp', ['--dereference', '--parents', ...new Set([...programs, ...libraries]), folder]);
}
