import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {docksDirectory, machineDirectory, machinesDirectory, templatesDirectory} from './directories.ts';
import {endMachineProcess, findMachineProcess} from './processes.ts';
import {listRecords} from './record.ts';
import {sweepMachines} from './sweep.ts';
import {ensureTemplate} from './template.ts';
import {countingGuest, needsQemu, nextCounts, privateDirectories} from './testing.ts';

const directory = privateDirectories();
// A machine that isn't tied would outlive a test that fails.
after(() => {
	for (const {id} of listRecords()) endMachineProcess(machineDirectory(id));
});

test('sweepMachines() leaves nothing of a program killed at any moment', needsQemu, async () => {
	await prepare();
	let caught = 0;
	for (let round = 0; round < 12; round++) {
		const program = await startProgram('tied');
		await sleep(round * 12);
		await killed(program);
		caught += traces().length;
		sweepMachines();
		assert.deepEqual([traces(), qemus()], [[], []], `killed after ${round * 12} ms`);
	}
	assert.ok(caught > 0, 'the program was killed while it had something');
});

test('sweepMachines() removes what a killed QEMU left, and spares what lives', needsQemu, async () => {
	await prepare();
	const program = await startProgram('left');
	await once(program, 'exit');
	const {id} = listRecords()[0]!;
	sweepMachines();
	assert.notEqual(findMachineProcess(machineDirectory(id)), undefined, 'it outlives the program that left it');
	assert.equal(readdirSync(join(docksDirectory(), 'kept/disks')).length, 1);
	endMachineProcess(machineDirectory(id));
	assert.equal(existsSync(machineDirectory(id)), true);
	sweepMachines();
	assert.equal(existsSync(machineDirectory(id)), false);
	assert.deepEqual(readdirSync(join(docksDirectory(), 'kept/disks')), []);
	assert.deepEqual(qemus(), []);
});

test('sweepMachines() removes a template that was not finished', needsQemu, async () => {
	const program = await startProgram('boot');
	while (!templates().some(name => name.endsWith('.part'))) await sleep(5);
	sweepMachines();
	assert.equal(templates().filter(name => name.endsWith('.part')).length, 1, 'not while somebody makes it');
	await killed(program);
	sweepMachines();
	assert.deepEqual([templates().filter(name => name.endsWith('.part')), traces(), qemus()], [[], [], []]);
});

async function prepare(): Promise<void> {
	await ensureTemplate(countingGuest(directory), {warm: async machine => void (await nextCounts(machine))});
}

/** A program of its own: restores and snapshots for ever, or leaves a machine behind, or boots. Answers when it begins. */
async function startProgram(kind: 'tied' | 'left' | 'boot'): Promise<ChildProcess> {
	const from = (name: string): string => JSON.stringify(join(import.meta.dirname, `${name}.ts`));
	const work = {
		tied: `const dock = temporaryDock();
			for (;;) {
				const machine = await restoreMachine(template, {dock});
				await takeSnapshot(machine, 'one');
				await machine.stop();
			}`,
		left: `(await restoreMachine(template, {dock: openDock('kept'), tied: false})).leave();`,
		boot: `await ensureTemplate({...blueprint, hardware: {...blueprint.hardware, memoryBytes: 64 * 2 ** 20}},
				{warm: () => new Promise(() => {})});`,
	}[kind];
	const code = `
		import {temporaryDock, openDock} from ${from('dock')};
		import {restoreMachine} from ${from('restore')};
		import {takeSnapshot} from ${from('snapshot')};
		import {ensureTemplate, findTemplate} from ${from('template')};
		const blueprint = ${JSON.stringify(countingGuest(directory))};
		const template = findTemplate(blueprint);
		console.log('begins');
		${work}`;
	const program = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(program.stdout!, 'data');
	return program;
}

async function killed(program: ChildProcess): Promise<void> {
	program.kill('SIGKILL');
	if (program.signalCode === null) await once(program, 'exit');
}

/** What is left in the directories of machines and docks. A kept dock is no trace. */
function traces(): readonly string[] {
	const names = [machinesDirectory(), docksDirectory()].flatMap(path => (existsSync(path) ? readdirSync(path) : []));
	return names.filter(name => name !== 'kept');
}

function templates(): readonly string[] {
	return existsSync(templatesDirectory()) ? readdirSync(templatesDirectory()) : [];
}

/** The processes that have this test's directory in their command line, and are no zombies. */
function qemus(): readonly string[] {
	return readdirSync('/proc').filter(pid => {
		if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
		try {
			const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
			return line.includes('qemu') && line.includes(directory);
		} catch {
			return false;
		}
	});
}
