import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {tryLockFile} from '#kernel/flock';
import {machineDirectory} from '../machine/directories.ts';
import {endMachineProcess} from '../machine/processes.ts';
import {listRecords} from '../machine/record.ts';
import {privateDirectories} from '../machine/testing.ts';
import {destroyKept} from './kept.ts';
import {prepare} from './preparation.ts';
import {sweep} from './sweep.ts';
import {whyNotQemu} from './why-not.ts';

const wanted = process.env.DRYDOCK_TEST_QEMU === '1';
const skip = wanted ? (whyNotQemu()?.en ?? false) : 'it boots a machine: DRYDOCK_TEST_QEMU=1 npm test killed.test';
const directory = privateDirectories();

/** One after another in one program: whatever `drydock vm` does to a machine. */
const commands = [
	['up'],
	['snapshot', 'one'],
	['exec', '--', 'true'],
	['restore', 'one'],
	['snapshot', 'two'],
	['undo'],
	['share', import.meta.dirname],
	['reset'],
	['halt'],
	['up'],
	['destroy'],
];
/** About as long as they take. */
const spanMilliseconds = 4000;

describe('the command after one that was killed leaves nothing', {skip}, () => {
	before(async () => void (await prepare()));
	// A machine that is not tied would outlive a test that fails.
	after(() => {
		for (const {id} of listRecords()) endMachineProcess(machineDirectory(id));
	});

	for (const [victim, rounds] of [
		['the command line', 17],
		['QEMU', 17],
		['both', 16],
	] as const) {
		test(`drydock vm … while ${victim} is killed, ${rounds} times`, async () => {
			let struck = 0;
			for (let round = 0; round < rounds; round++) {
				const program = await startCommands();
				const milliseconds = Math.random() * spanMilliseconds;
				await sleep(milliseconds);
				if (victim !== 'QEMU') program.kill('SIGKILL');
				const machines = victim === 'the command line' ? [] : listRecords();
				for (const {id} of machines) endMachineProcess(machineDirectory(id));
				if (victim !== 'QEMU' || machines.length > 0) struck++;
				await ended(program);
				sweep();
				await destroyKept();
				assert.deepEqual(traces(), [], `killed after ${milliseconds} ms`);
			}
			assert.ok(struck > rounds / 4, `only ${struck} times there was something to kill`);
		});
	}
});

/** The program says so before its first command, and a line for each that fails. */
async function startCommands(): Promise<ChildProcess> {
	const path = join(import.meta.dirname, '../../toolkit/cli/vm/vm-commands.ts');
	const code = `
		import {vmCommands} from ${JSON.stringify(path)};
		console.log('begins');
		for (const [name, ...args] of ${JSON.stringify(commands)})
			await vmCommands[name].run(args).catch(error => console.log(name, error.message));
		process.exit();`;
	const program = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	await once(program.stdout!, 'data');
	program.stdout!.resume();
	return program;
}

/** @throws if a command waits for what never comes. */
async function ended(program: ChildProcess): Promise<void> {
	let hangs = false;
	const timer = setTimeout(() => {
		hangs = true;
		program.kill('SIGKILL');
	}, 60_000);
	if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
	clearTimeout(timer);
	assert.ok(!hangs, 'a command hangs');
	if (program.signalCode === null) assert.equal(program.exitCode, 0);
}

/** Processes, files, and locks that somebody holds. The template is to stay. */
function traces(): readonly string[] {
	return [...processes(), ...strangers(), ...heldLocks()];
}

function processes(): readonly string[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && name !== String(process.pid) && commandLine(name).includes(`${directory}/`))
		.map(pid => `process ${pid}: ${commandLine(pid).replaceAll('\0', ' ')}`);
}

function strangers(): readonly string[] {
	const known =
		/^(state|data|state\/(machines|probes|(machines|templates|kept)\.lock|accelerators\.json)|data\/machines|data\/machines\/(docks|templates)|data\/machines\/templates\/[0-9a-f]{32}(\/(ram|devices|disk|blueprint))?)$/;
	return existsSync(directory)
		? readdirSync(directory, {recursive: true, encoding: 'utf8'}).filter(path => !known.test(path))
		: [];
}

function heldLocks(): readonly string[] {
	return readdirSync(join(directory, 'state'))
		.filter(name => name.endsWith('.lock'))
		.filter(name => {
			const lock = tryLockFile(join(directory, 'state', name));
			if (lock !== undefined) closeSync(lock);
			return lock === undefined;
		});
}

function commandLine(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		// It has ended meanwhile.
		return '';
	}
}
