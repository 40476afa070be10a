/**
 * The bench of containers, repeated in the machine: another kernel, cgroups of version 2 alone, and mostly an emulated
 * CPU, which is why the ratios alone mean something there.
 * @module
 */
import {makeReady, unlessAborted, withGuests} from './machine.ts';
import {projectDirectory} from './project.ts';

/** Runs it, and prints what it prints. @throws {Error} if it fails. */
export async function benchInGuest(rounds: number): Promise<void> {
	await withGuests({machines: 1, minutes: mostMinutes}, async ([sandbox], signal) => {
		const command = ['sh', '-c', script, 'sh', projectDirectory, String(rounds)];
		const terminal = await sandbox!.shell({columns: 160, rows: 50}, command);
		terminal.onData(data => void process.stdout.write(data));
		const code = await unlessAborted(new Promise<number>(resolve => terminal.onExit(resolve)), signal);
		if (code !== 0) throw new Error(`the bench in the machine ended with ${code}`);
	});
}

const mostMinutes = 30;

const script = `${makeReady}
exec </dev/null node --no-warnings --import tsx scripts/bench.ts --containers --rounds "$2"`;
