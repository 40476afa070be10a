/**
 * `npm test`: runs every *.test.ts of the project, or those whose path contains one of the words given:
 *
 *     npm test              all but those of the machine
 *     npm test pid layers   toolkit/04-pid/…, toolkit/11-layers/…
 *     npm run test:machine  those of the machine: they build an image and boot it, which takes minutes
 *
 * Tests make real kernel objects. What needs root is skipped without it, and says so.
 * @module
 */
import {spawn} from 'node:child_process';
import {globSync} from 'node:fs';
import {constants} from 'node:os';
import {join} from 'node:path';

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const ofMachine = /^sandbox-vm\/(image|machine|agent|qemu)\//;
const files = globSync('{toolkit,lessons,sandbox-vm,slides,scripts}/**/*.test.{ts,tsx}', {cwd: root})
	.filter(file => (words.length === 0 ? !ofMachine.test(file) : words.some(word => file.includes(word))))
	.sort();

const withMachine = files.some(file => ofMachine.test(file));

if (files.length === 0) {
	console.error(`no test's path contains ${words.join(' or ')}`);
	process.exitCode = 1;
} else {
	const child = spawn(
		process.execPath,
		[
			'--import',
			'tsx',
			'--test',
			// Two files at a time keep two cores busy; more would only make waiting tests look slow. An emulated machine does alone.
			`--test-concurrency=${withMachine ? 1 : 2}`,
			// A test that hangs ends, and so does a file that left something open; the rest still runs.
			`--test-timeout=${withMachine ? 600_000 : 120_000}`,
			'--test-force-exit',
			...files,
		],
		// Debian leaves the administrator's programs, such as nft, out of an ordinary PATH.
		{cwd: root, stdio: 'inherit', env: {...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`}},
	);
	// The terminal signals the whole group: what we are waiting for decides when it is over.
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => child.kill());
	child.on('exit', (code, signal) => {
		process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
	});
}
