/**
 * `npm run test:guest`: runs the engine's own tests in the disposable machine, where the kernel is another, cgroups are
 * pure version 2, and AppArmor, dm-thin and netem are. Words choose as for `npm test`, among toolkit/:
 *
 *     npm run test:guest              all but the few that are left out, with the reason
 *     npm run test:guest cgroup pid   toolkit/08-cgroup/…, toolkit/04-pid/…
 *
 * The surprise: a fresh machine for each file costs less than a second, so each gets one. What a test leaves behind, or
 * ruins, meets no other; and a file that hangs costs its own time alone. Two machines are at work at once, on two cores.
 * @module
 */
import {availableParallelism} from 'node:os';
import {parseArgs} from 'node:util';
import type {Sandbox} from '#sandbox';
import {leftOut, mostMinutes, type TestFile, testFiles} from './guest/files.ts';
import {Interrupted, withGuests} from './guest/machine.ts';
import {projectDirectory} from './guest/project.ts';
import {type FileResult, runFile} from './guest/run-file.ts';
import {allIsWell, faultLines, fileLine, summaryLine} from './guest/summary.ts';

const {positionals: words} = parseArgs({allowPositionals: true});
const files = testFiles(projectDirectory, words);
const results: FileResult[] = [];
const faults: string[] = [];
let interruption: Interrupted | undefined;

if (files.length === 0) faults.push(`no test's path contains ${words.join(' or ')}`);
else {
	try {
		const machines = Math.min(2, availableParallelism(), files.length);
		await withGuests({machines, minutes: mostMinutes}, runAll);
	} catch (error) {
		if (error instanceof Interrupted) interruption = error;
		faults.push(error instanceof Error ? error.message : String(error));
	}
	const left = files.length - results.length;
	if (left > 0) faults.push(`${left} of ${files.length} files were not run`);
}
console.log(summaryLine(results));
for (const fault of faults) console.log(`✖ ${fault}`);
// What still waits for an answer of a machine that is gone waits in vain.
process.exit(
	interruption === undefined ? Number(faults.length > 0 || !allIsWell(results)) : 128 + interruption.signalNumber,
);

async function runAll(sandboxes: readonly Sandbox[], signal: AbortSignal): Promise<void> {
	if (words.length === 0) for (const [file, reason] of Object.entries(leftOut)) console.log(`﹣ ${file}: ${reason}`);
	const queue = files.values();
	await Promise.all(sandboxes.map(sandbox => runNext(sandbox, queue, signal)));
}

async function runNext(sandbox: Sandbox, queue: Iterator<TestFile>, signal: AbortSignal): Promise<void> {
	let isFresh = true;
	for (let next = queue.next(); next.done !== true; next = queue.next()) {
		if (!isFresh) await sandbox.renew();
		isFresh = false;
		const {file, seconds} = next.value;
		const result = await runFile(sandbox, {file, directory: projectDirectory, seconds, signal});
		results.push(result);
		console.log(fileLine(result, results.length, files.length));
		for (const line of faultLines(result)) console.log(line);
	}
}
