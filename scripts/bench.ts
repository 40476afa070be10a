/**
 * `npm run bench`: how long things take, beside what they are compared with. What belongs together is measured in
 * turns, in one go, and told as a ratio of medians: milliseconds differ from machine to machine, ratios much less.
 *
 *     npm run bench -- --docker-daemon    starts a docker daemon for the bench alone, if none runs
 *     npm run bench -- --rounds 40        more patience, less noise
 *     npm run bench -- --containers       containers alone
 *     npm run bench -- --guest            containers alone, in the disposable machine
 *     npm run bench -- --machine          the disposable machine instead: five minutes
 *     npm run bench -- --narration        what `drydock watch` costs a command, beside strace
 *
 * @module
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {cpus, release, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {compareContainers} from './bench/containers.ts';
import {firstFrame} from './bench/first-frame.ts';
import {command, race} from './bench/measure.ts';

const {values: options} = parseArgs({
	options: {
		containers: {type: 'boolean', default: false},
		'docker-daemon': {type: 'boolean', default: false},
		guest: {type: 'boolean', default: false},
		machine: {type: 'boolean', default: false},
		narration: {type: 'boolean', default: false},
		rounds: {type: 'string'},
	},
});
const rounds = Number(options.rounds ?? (options.machine ? 20 : 15));
const drydock = join(import.meta.dirname, '../toolkit/cli/drydock');
const folder = mkdtempSync(join(tmpdir(), 'drydock-bench-'));

try {
	console.log(`${cpus().length} × ${cpus()[0]?.model}, Linux ${release()}, Node ${process.version}, ${rounds} rounds`);
	if (options.machine) await (await import('./bench/machine.ts')).measureMachine(folder, rounds);
	else if (options.guest) await (await import('./guest/bench.ts')).benchInGuest(rounds);
	else if (options.narration) await (await import('./bench/narration.ts')).measureNarration(drydock, folder, rounds);
	else await compareEngine();
} finally {
	rmSync(folder, {recursive: true, force: true});
}

async function compareEngine(): Promise<void> {
	if (!options.containers) {
		await race('one start of Node', rounds, [
			command('node -e 0', [process.execPath, '-e', '0']),
			{...command('drydock --version', [drydock, '--version']), atMost: 2.5},
			{name: 'drydock learn (npm start), first frame', run: () => firstFrame([drydock, 'learn']), atMost: 8},
		]);
	}
	if (process.getuid?.() === 0)
		await compareContainers({drydock, folder, rounds, startDaemon: options['docker-daemon']});
	else console.log('\nContainers are compared as root: sudo npm run bench');
}
