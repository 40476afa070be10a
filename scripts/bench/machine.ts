/**
 * How quick the disposable machine is, beside what it was promised to be, and beside QEMU's own ways.
 *
 * In each round everything is done once, so that whatever else the host does meets all of it.
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Sandbox, SandboxTerminal} from '#sandbox';
import {prepare} from '#sandbox/qemu/preparation';
import {qemuSandbox} from '#sandbox/qemu/qemu';
import {plainMachine} from './load-vm.ts';
import {median} from './measure.ts';

/** What is measured, its unit, and what was promised: of the median, of the worst, or of the 95th of 100. */
const promises = {
	'up from a template, to the first command': {unit: 'ms', median: 400, worst: 900},
	'reset, to the first command': {unit: 'ms', median: 400, worst: 900},
	'reset with a spare, to the first command': {unit: 'ms', median: 150},
	'exec true': {unit: 'ms', median: 60},
	'keystroke to echo': {unit: 'ms', p95: 30},
	'undo, to a usable prompt': {unit: 'ms', median: 600},
	'cold boot, to the first command': {unit: 'ms', median: 7000},
	'-loadvm, to the first command': {unit: 'ms'},
	'resident memory of a machine': {unit: 'MB', worst: 350},
	'of it its own share (PSS)': {unit: 'MB'},
} as const;

type Measured = keyof typeof promises;
type Values = Readonly<Record<Measured, number[]>>;

/** Long enough for a spare to be ready. */
const spareMilliseconds = 4000;
const keystrokes = 10;

/** Measures in rounds, prints the table, and whether each promise was kept. @param folder is removed afterwards. */
export async function measureMachine(folder: string, rounds: number): Promise<void> {
	Object.assign(process.env, {DRYDOCK_STATE: join(folder, 'state'), DRYDOCK_DATA: join(folder, 'data')});
	const {blueprint} = await prepare();
	console.log(`QEMU ${blueprint.qemu.version}, ${blueprint.accelerator}`);
	const plain = await plainMachine(blueprint, join(folder, 'plain'));
	const values = Object.fromEntries(Object.keys(promises).map(name => [name, []])) as unknown as Values;
	for (let round = -1; round < rounds; round++) {
		const measured = await measureRound(folder);
		measured['cold boot, to the first command'].push(await plain.boot());
		measured['-loadvm, to the first command'].push(await plain.load());
		process.stderr.write(`\rround ${round + 1} of ${rounds}`);
		// The first round warms the host.
		if (round >= 0) for (const name of names()) values[name].push(...measured[name]);
	}
	process.stderr.write('\r\x1b[K');
	for (const name of names()) console.log(line(name, values[name]));
	const [reset, load, boot] = (
		['reset, to the first command', '-loadvm, to the first command', 'cold boot, to the first command'] as const
	).map(name => median(values[name])) as [number, number, number];
	console.log(
		`a reset takes 1/${(load / reset).toFixed(1)} of -loadvm, and 1/${(boot / reset).toFixed(0)} of a cold boot`,
	);
}

async function measureRound(folder: string): Promise<Values> {
	const values = Object.fromEntries(Object.keys(promises).map(name => [name, []])) as unknown as Values;
	const sandbox = qemuSandbox();
	const time = async (name: Measured, work: () => Promise<unknown>): Promise<void> => {
		const start = performance.now();
		await work();
		values[name].push(performance.now() - start);
	};
	try {
		await time('up from a template, to the first command', async () => {
			await sandbox.up();
			await sandbox.exec(['true']);
		});
		await time('reset, to the first command', () => renew(sandbox));
		await sleep(spareMilliseconds);
		await time('reset with a spare, to the first command', () => renew(sandbox));
		await time('exec true', () => sandbox.exec(['true']));
		for (const milliseconds of await echoes(sandbox)) values['keystroke to echo'].push(milliseconds);
		await sandbox.snapshot('before');
		await sandbox.exec(['sh', '-c', 'dd if=/dev/zero of=/tmp/zero bs=1M count=20 2> /dev/null; rm -rf /etc']);
		await time('undo, to a usable prompt', async () => {
			await sandbox.restore('before');
			await prompt(await sandbox.shell({columns: 80, rows: 24}));
		});
		await sandbox.renew();
		await sandbox.observe();
		const {residentBytes, ownBytes} = memoryOf(folder);
		values['resident memory of a machine'].push(residentBytes / 2 ** 20);
		values['of it its own share (PSS)'].push(ownBytes / 2 ** 20);
		return values;
	} finally {
		await sandbox.destroy();
	}
}

async function renew(sandbox: Sandbox): Promise<void> {
	await sandbox.renew();
	await sandbox.exec(['true']);
}

/** How long each key takes from the keyboard to the screen, by way of a shell. */
async function echoes(sandbox: Sandbox): Promise<readonly number[]> {
	const terminal = await sandbox.shell({columns: 80, rows: 24});
	await prompt(terminal);
	const times: number[] = [];
	for (let key = 0; key < keystrokes; key++) {
		const start = performance.now();
		const echo = printed(terminal);
		terminal.write('x');
		await echo;
		times.push(performance.now() - start);
	}
	terminal.close();
	return times;
}

async function prompt(terminal: SandboxTerminal): Promise<void> {
	let text = '';
	await new Promise<void>(resolve =>
		terminal.onData(data => {
			text += Buffer.from(data).toString();
			if (text.includes('# ')) resolve();
		}),
	);
}

/** The next that is printed. What was printed already is told at once, and is not meant. */
function printed(terminal: SandboxTerminal): Promise<void> {
	return new Promise(resolve => {
		let isPast = true;
		const stop = terminal.onData(() => {
			if (isPast) return;
			stop();
			resolve();
		});
		isPast = false;
	});
}

/** Of the QEMU process that was started last. */
function memoryOf(folder: string): {readonly residentBytes: number; readonly ownBytes: number} {
	const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name) && commandLine(name).includes(`${folder}/state`));
	const rollup = readFileSync(`/proc/${Math.max(...pids.map(Number))}/smaps_rollup`, 'utf8');
	const bytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024;
	return {residentBytes: bytes('Rss'), ownBytes: bytes('Pss')};
}

function commandLine(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		// It has ended meanwhile.
		return '';
	}
}

function names(): readonly Measured[] {
	return Object.keys(promises) as Measured[];
}

function line(name: Measured, values: readonly number[]): string {
	const promised: {unit: string; median?: number; worst?: number; p95?: number} = promises[name];
	const sorted = values.toSorted((one, other) => one - other);
	const found = {
		median: median(values),
		p95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN,
		worst: sorted.at(-1) ?? Number.NaN,
	};
	const figures = Object.values(found).map(value => value.toFixed(value < 100 ? 1 : 0).padStart(6));
	const verdicts = (['median', 'p95', 'worst'] as const).flatMap(kind => {
		const most = promised[kind];
		return most === undefined ? [] : [`${kind} ≤ ${most}: ${found[kind] <= most ? 'met' : 'MISSED'}`];
	});
	return `  ${name.padEnd(42)} ${figures.join(' ')} ${promised.unit}  ${verdicts.join(', ')}`;
}
