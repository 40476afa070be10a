/**
 * `npm run soak -- [N]`: ruins N machines (default 18), each by one of a learner's worst, and looks whether the next
 * one is as good as new. It is compared with the first one file by file, and object by object.
 *
 *     fresh ──▶ look ──▶ ruin ──▶ renew ──▶ look: the same? ──▶ ruin …
 *
 * Before that comes the control: a comparison that sees nothing would always be content. So it is shown small changes
 * first, each of which it must see.
 *
 * All happens in directories of its own, so at the end there must be nothing in them but the template, and that
 * unchanged. Nothing is waited for without end.
 * @module
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {Sandbox} from '#sandbox';
import {qemuSandbox} from '../sandbox-vm/qemu/qemu.ts';
import {median} from './bench/measure.ts';
import {differences, look} from './soak/look.ts';
import {controlComparison} from './soak/quiet-changes.ts';
import {hashOf, leftovers} from './soak/traces.ts';
import {within} from './soak/within.ts';
import {worst} from './soak/worst.ts';

const {positionals} = parseArgs({allowPositionals: true});
const rounds = Number(positionals[0] ?? 18);
const directory = mkdtempSync(join(tmpdir(), 'ds-'));
Object.assign(process.env, {DRYDOCK_STATE: join(directory, 'state'), DRYDOCK_DATA: join(directory, 'data')});
const templates = join(directory, 'data/machines/templates');
// Two courses at once: they share the template, two cores, and nothing else.
const sandboxes = [qemuSandbox(), qemuSandbox()];
const renewals: number[] = [];
const faults: string[] = [];
let begun = 0;
const start = performance.now();

const interruption = Promise.withResolvers<never>();
let interrupted = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(name, (_name: string, number: number) => {
		interrupted = number;
		begun = rounds;
		interruption.reject(new Error(`interrupted by ${name}`));
	});
}

try {
	await Promise.race([soak(), interruption.promise]);
} catch (error) {
	faults.push(String(error));
}
for (const sandbox of sandboxes)
	await within(60, 'destroy', sandbox.destroy()).catch(error => faults.push(String(error)));
if (interrupted === 0) faults.push(...leftovers(directory));
rmSync(directory, {recursive: true, force: true});
if (interrupted > 0) {
	// What still waits for an answer of a machine that is gone waits in vain; a machine that is being made ends with us.
	console.log(`interrupted after ${renewals.length} resets`);
	process.exit(128 + interrupted);
}
const minutes = (performance.now() - start) / 60_000;
console.log(
	`${renewals.length} resets in ${minutes.toFixed(1)} minutes: median ${median(renewals).toFixed(0)} ms, worst ${Math.max(...renewals).toFixed(0)} ms, to the first command's output`,
);
for (const fault of faults) console.log(`✗ ${fault}`);
console.log(faults.length === 0 ? 'every machine was pristine, and nothing is left' : `${faults.length} faults`);
process.exit(faults.length === 0 && renewals.length === rounds ? 0 : 1);

async function soak(): Promise<void> {
	for (const sandbox of sandboxes) await within(300, 'up', sandbox.up());
	const shared = hashOf(templates);
	const fresh = await look(sandboxes[0]!);
	console.log(`a fresh machine: ${fresh.size} files, processes, mounts, links, settings …`);
	faults.push(...(await controlComparison(sandboxes[0]!, fresh)));
	await Promise.all(sandboxes.map(sandbox => ruinOneAfterAnother(sandbox, fresh)));
	if (hashOf(templates) !== shared) faults.push('the template has changed');
}

async function ruinOneAfterAnother(sandbox: Sandbox, fresh: ReadonlySet<string>): Promise<void> {
	while (begun < rounds) await ruinAndCompare(sandbox, begun++, fresh);
}

async function ruinAndCompare(sandbox: Sandbox, round: number, fresh: ReadonlySet<string>): Promise<void> {
	const {name, script, milliseconds: mostMilliseconds} = worst[round % worst.length]!;
	const begin = performance.now();
	const ruin = sandbox.exec(['sh', '-c', script], {signal: AbortSignal.timeout(mostMilliseconds)});
	const answer = await within(60, name, ruin).then(
		({exitCode}) => `ended with ${exitCode}`,
		(error: Error) => error.message.slice(0, 34),
	);
	const asked = performance.now();
	await within(60, `a reset after ${name}`, sandbox.renew());
	await within(60, `a command after ${name}`, sandbox.exec(['true']));
	const milliseconds = performance.now() - asked;
	renewals.push(milliseconds);
	const seen = differences(fresh, await look(sandbox));
	faults.push(...seen.slice(0, 5).map(line => `after ${name}: ${line}`));
	const verdict = seen.length === 0 ? 'pristine' : `${seen.length} differences`;
	const seconds = (performance.now() - begin) / 1000;
	console.log(
		`${String(round + 1).padStart(4)}  ${name.padEnd(14)} ${answer.padEnd(34)} ${milliseconds.toFixed(0).padStart(5)} ms  ${verdict}  (${seconds.toFixed(1)} s)`,
	);
}
