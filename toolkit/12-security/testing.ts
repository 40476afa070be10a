/**
 * Runs code on the main thread of a child process of its own, where giving things up for good hurts nobody. For tests.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const prelude = `
	import {spawnSync} from 'node:child_process';
	import {readFileSync, writeSync} from 'node:fs';
	import {call, syscall} from '#kernel/libc';
	import {runSteps} from '#kernel/plan';
	import {capabilitySets, defaultSeccomp, securitySteps} from '#security';
	import {nativeArchitecture, syscallTable} from '#security/syscalls';
	const defaultBounding = capabilitySets({}).bounding;
	const apply = options => runSteps(securitySteps(options));
	const run = (...argv) => spawnSync(argv[0], argv.slice(1), {encoding: 'utf8'});
	const status = text => Object.fromEntries(text.trim().split('\\n').map(line => line.split(/:\\s+/)));
	// What the kernel answers to a raw call: 'ok' or the errno's name.
	const ask = (name, ...args) => {
		try {
			syscall(name, syscallTable(nativeArchitecture()).get(name), args);
			return 'ok';
		} catch (error) {
			return error.errno ?? String(error);
		}
	};
`;

/** Runs a function body in a child process; what it returns comes back as JSON. */
export function inChild(body: string, as?: {readonly uid: number; readonly gid: number}): unknown {
	const code = `${prelude}
		const answer = (() => {${body}})();
		// Written and ended at once: the event loop calls io_uring_enter, which the filter may refuse.
		writeSync(1, JSON.stringify(answer));
		call('_exit', [0]);`;
	const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
		cwd: root,
		encoding: 'utf8',
		...as,
	});
	if (child.status !== 0) throw new Error(`the child ended with ${child.status ?? child.signal}: ${child.stderr}`);
	return JSON.parse(child.stdout);
}
