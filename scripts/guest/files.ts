/**
 * Which test files are run in the machine, and for how long at most.
 * @module
 */
import {globSync} from 'node:fs';

/** A test file, and how long it may take. */
export interface TestFile {
	readonly file: string;
	readonly seconds: number;
}

/** The engine's test files whose path contains one of the words; all but those left out if there are no words. */
export function testFiles(directory: string, words: readonly string[]): readonly TestFile[] {
	return globSync('toolkit/*/*.test.ts', {cwd: directory})
		.filter(file => (words.length === 0 ? !(file in leftOut) : words.some(word => file.includes(word))))
		.sort()
		.map(file => ({file, seconds: mostSeconds}));
}

const pure = 'asks nothing of the kernel, so the host’s answer is enough';

/** What is not run there, and why. Whoever names such a file gets it nevertheless. */
export const leftOut: Readonly<Record<string, string>> = Object.fromEntries(
	[
		'05-mnt/options',
		'07-user/id-maps',
		'07-user/passwd',
		'07-user/sub-ids',
		'08-cgroup/writes',
		'10-bridge/address-pool',
		'10-bridge/port-mapping',
		'10-bridge/resolv-conf',
		'12-security/security-opts',
		'17-engine/quantities',
		'cli/detach-keys',
	].map(name => [`toolkit/${name}.test.ts`, pure]),
);

/** What takes ten seconds on the host may take minutes there, and twice that on a host that has much else to do. */
const mostSeconds = 300;

/** How long all of it may take, with the making of the machine: a shared machine of two cores needs about half of it. */
export const mostMinutes = 25;
