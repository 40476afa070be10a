/**
 * Compiled seccomp filters, kept: docker's default profile takes milliseconds to compile, and is the same every time.
 * @module
 */

import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {dataDirectory, makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {exactJson} from '#kernel/exact-json';
import {writeWholeFile} from '#kernel/whole-file';
import {compileFilter, profileFor, type Seccomp} from '#security';

/** Changes with the compiler: what an older one made is then not found. */
const compilerVersion = 1;

/**
 * The filter of a profile, from the cache or freshly made, in base64. Undefined for one that forbids nothing.
 *
 * @param stays see `securitySteps`.
 * @throws one line if the profile can't be compiled.
 */
export function filterFor(seccomp: Seccomp | undefined, {stays}: {readonly stays: boolean}): string | undefined {
	if (seccomp === undefined) return undefined;
	const key = createHash('sha256')
		.update(exactJson([compilerVersion, process.arch, stays, seccomp]))
		.digest('hex');
	const path = join(dataDirectory(), 'cache', `${key}.bpf`);
	const kept = tolerate(['ENOENT'], () => readFileSync(path));
	if (kept !== undefined) return kept.toString('base64');
	const made = compileFilter(profileFor(seccomp, {stays}));
	if (made === undefined) return undefined;
	makePrivateDirectory(join(dataDirectory(), 'cache'));
	writeWholeFile(path, made);
	return Buffer.from(made).toString('base64');
}
