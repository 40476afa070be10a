/**
 * Measuring side by side: A B C, A B C, … in one go, so that whatever else the machine does meets all of them.
 * @module
 */
import {spawnSync} from 'node:child_process';

/** Something to measure: does it once, and returns how many milliseconds it took. */
export interface Runner {
	readonly name: string;
	readonly run: () => number | Promise<number>;
	/** What its time shall be at most, as a part of the first runner's. */
	readonly atMost?: number;
}

/**
 * Measures in turns, after two rounds that don't count, and prints the medians. The first runner is what the others
 * are compared with. One that fails is told, and not tried again.
 */
export async function race(title: string, rounds: number, runners: readonly Runner[]): Promise<void> {
	const times = runners.map((): number[] => []);
	const failures = new Map<number, string>();
	for (let round = -2; round < rounds; round++) {
		for (const [index, {run}] of runners.entries()) {
			if (failures.has(index)) continue;
			try {
				const milliseconds = await run();
				if (round >= 0) times[index]?.push(milliseconds);
			} catch (error) {
				failures.set(index, error instanceof Error ? error.message : String(error));
			}
		}
	}
	const medians = times.map(median);
	console.log(`\n${title}`);
	for (const [index, {name, atMost}] of runners.entries()) {
		const [first = Number.NaN, own = Number.NaN] = [medians[0], medians[index]];
		const goal = atMost === undefined || index === 0 ? '' : `  at most ${atMost}`;
		const told = failures.get(index) ?? `${own.toFixed(1).padStart(7)} ms  ×${(own / first).toFixed(2)}${goal}`;
		console.log(`  ${name.padEnd(40)} ${told}`);
	}
}

/** A command from its start to its end. */
export function command(name: string, argv: readonly string[]): Runner {
	return {name, run: () => runOnce(argv)};
}

/**
 * Runs a command to its end.
 *
 * @returns its milliseconds.
 * @throws with what it said if it fails or takes a minute: the time of a failure would mean nothing.
 */
export function runOnce(argv: readonly string[], options: {readonly cwd?: string} = {}): number {
	const [program = '', ...args] = argv;
	const start = performance.now();
	const {status, stderr, error} = spawnSync(program, args, {
		...options,
		stdio: ['ignore', 'ignore', 'pipe'],
		timeout: 60_000,
	});
	const milliseconds = performance.now() - start;
	if (status !== 0)
		throw new Error(`${argv.join(' ')}: ${error?.message ?? String(stderr).trim()} (exit code ${status})`);
	return milliseconds;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((one, other) => one - other);
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
