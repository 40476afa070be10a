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

/** The toolkit's test files whose path contains one of the words; without words the engine's, but for those left out. */
export function testFiles(directory: string, words: readonly string[]): readonly TestFile[] {
	const all = globSync('toolkit/**/*.test.ts', {cwd: directory}).sort();
	const chosen = all.filter(file =>
		words.length === 0 ? engine.test(file) && !(file in leftOut) : words.some(word => file.includes(word)),
	);
	return chosen.map(file => ({file, seconds: mostSeconds}));
}

/** The modules, what is below them, and the command line. What stands above the engine only tells of it. */
const engine = /^toolkit\/(\d|kernel|observe|cli)[^/]*\/[^/]+$/;

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
const mostSeconds = 900;

/** How long all of it may take, with the making of the machines: two cores need about half of it. */
export const mostMinutes = 30;
