import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {attachMachine} from './assemble.ts';
import {blueprintKey, qmpSocket} from './blueprint.ts';
import {machinesDirectory} from './directories.ts';
import {disksOf, openDock, removeDock, temporaryDock} from './dock.ts';
import {readSnapshots, removeSnapshot, snapshotDirectory} from './history.ts';
import {connectPort, type Machine, pauseMachine, plugDisk, pluggedDisks, resumeMachine} from './machine.ts';
import {connectQmp} from './qmp.ts';
import {listRecords} from './record.ts';
import {restoreMachine} from './restore.ts';
import {inTurn, seatCount, turnLock} from './seat.ts';
import {takeSnapshot} from './snapshot.ts';
import {keepSpare} from './spare.ts';
import {sweepMachines} from './sweep.ts';
import {ensureTemplate, findTemplate, type Template} from './template.ts';
import {countIn, countingGuest, needsQemu, nextCounts, privateDirectories} from './testing.ts';

const directory = privateDirectories();
const dock = temporaryDock();
after(() => removeDock(dock));

/** Every test's machines come from this one template. */
const template: Promise<Template> | undefined = needsQemu.skip === false ? makeTemplate() : undefined;
/** How long it counts before that at least. */
const savedAfter = 5;
/** No guest counts so far before its template has been saved. */
const resetsAt = 5000;

async function makeTemplate(): Promise<Template> {
	return ensureTemplate(countingGuest(directory), {
		warm: async machine => {
			while ((await nextCounts(machine)).at(-1)! < savedAfter);
		},
	});
}

async function restored(options: Partial<Parameters<typeof restoreMachine>[1]> = {}): Promise<Machine> {
	return restoreMachine(await template!, {dock, ...options});
}

test('restoreMachine() goes on where the template was saved, every time', needsQemu, async () => {
	const {ram} = await template!;
	const before = readFileSync(ram);
	const savedAt = countIn(before);
	assert.ok(savedAt >= savedAfter);
	for (let round = 0; round < 3; round++) {
		const machine = await restored({paused: true});
		await resumeMachine(machine);
		const [count = 0] = await nextCounts(machine);
		assert.ok(count >= savedAt && count < savedAt + 500, `counts from ${savedAt}, not ${count}`);
		await machine.stop();
	}
	assert.ok(readFileSync(ram).equals(before), 'no machine writes to its template');
});

test('ensureTemplate() makes one once, and another if it was cut short', needsQemu, async () => {
	const {blueprint, devices} = await template!;
	let boots = 0;
	const warm = async (): Promise<void> => void boots++;
	assert.equal((await ensureTemplate(blueprint, {warm})).devices, devices);
	assert.equal(boots, 0);
	const small = {...blueprint, hardware: {...blueprint.hardware, memoryBytes: 16 * 2 ** 20}};
	assert.equal(findTemplate(small), undefined);
	const made = await ensureTemplate(small, {warm});
	truncateSync(made.ram, 4096);
	assert.equal(findTemplate(small), undefined);
	await ensureTemplate(small, {warm});
	assert.equal(boots, 2);
	assert.equal(statSync(made.ram).size, 16 * 2 ** 20);
});

test('ensureTemplate() tells why a guest doesn’t come up, and leaves nothing', needsQemu, async () => {
	const blueprint = countingGuest(directory, {resetsAt: 3});
	await assert.rejects(
		ensureTemplate(blueprint, {warm: () => new Promise(() => {})}),
		/the machine ended while it booted: .*panicked.*its console says: .*00000002/,
	);
	const silent = countingGuest(directory, {resetsAt: 0x7ffffffe});
	await assert.rejects(
		ensureTemplate(silent, {warm: () => new Promise(() => {}), bootMilliseconds: 1000}),
		/doesn’t answer 1 s after its start/,
	);
	for (const {image, ...rest} of [blueprint, silent]) {
		const traces = readdirSync(join(directory, 'data/machines/templates'));
		assert.deepEqual(
			traces.filter(name => name.startsWith(blueprintKey({image, ...rest}))),
			[],
		);
	}
});

test(
	'blueprintKey() differs with QEMU, its devices, its CPU and the image, and not with paths',
	needsQemu,
	async () => {
		const {blueprint} = await template!;
		const {qemu, hardware, image} = blueprint;
		const others = [
			{...blueprint, qemu: {...qemu, version: '9.0.0'}},
			{...blueprint, hardware: {...hardware, network: true}},
			{...blueprint, hardware: {...hardware, cpus: 2}},
			{...blueprint, accelerator: 'kvm' as const},
			{...blueprint, image: {...image, key: 'another'}},
		].map(blueprintKey);
		assert.equal(new Set([blueprintKey(blueprint), ...others]).size, 6);
		assert.equal(blueprintKey({...blueprint, image: {...image, rootfs: '/elsewhere'}}), blueprintKey(blueprint));
	},
);

test('takeSnapshot() keeps a branch for each state, and the machine runs on', needsQemu, async () => {
	const savedAt = countIn(readFileSync((await template!).ram));
	const machine = await restored({paused: true});
	const first = await takeSnapshot(machine, 'first');
	await resumeMachine(machine);
	while ((await nextCounts(machine)).at(-1)! < savedAt + 1000);
	const second = await takeSnapshot(machine, 'second', {parent: first.id});
	while ((await nextCounts(machine)).at(-1)! < savedAt + 1500);
	await machine.stop();
	const again = await restored({snapshot: first});
	const [low = 0] = await nextCounts(again);
	const branch = await takeSnapshot(again, 'branch', {parent: first.id});
	await again.stop();
	const [high = 0] = await nextCounts(await stopLater(await restored({snapshot: second})));
	assert.ok(low < savedAt + 1000, `the first state had not counted so far: ${savedAt}, ${low}`);
	assert.ok(high >= savedAt + 1000, `the second state had: ${savedAt}, ${high}`);
	assert.ok(second.memoryBytes < 3 * 2 ** 20, `a snapshot costs what was changed: ${second.memoryBytes}`);
	assert.deepEqual(
		readSnapshots(dock).map(({name, parent}) => [name, parent]),
		[
			['first', undefined],
			['second', first.id],
			['branch', first.id],
		],
	);
	removeSnapshot(dock, first);
	assert.equal(readSnapshots(dock).find(({id}) => id === branch.id)!.parent, undefined);
});

test('restoreMachine() refuses a snapshot that was cut short, and one of another template', needsQemu, async () => {
	const others = readdirSync(machinesDirectory());
	const machine = await restored();
	const snapshot = await takeSnapshot(machine, 'whole');
	await machine.stop();
	await assert.rejects(restored({snapshot: {...snapshot, template: 'other'}}), /built otherwise/);
	truncateSync(join(snapshotDirectory(dock, snapshot.id), 'pages'), 5000);
	await assert.rejects(restored({snapshot}), /cut short/);
	truncateSync(join(snapshotDirectory(dock, snapshot.id), 'devices'), 500);
	await assert.rejects(restored({snapshot}));
	removeSnapshot(dock, snapshot);
	assert.deepEqual(readdirSync(machinesDirectory()), others);
});

test('stop() leaves neither process, socket nor disk', needsQemu, async () => {
	const machine = await restored();
	const disks = (): number => readdirSync(disksOf(dock)).filter(name => name.startsWith(machine.id)).length;
	assert.equal(disks(), 1);
	await machine.stop();
	assert.equal((await machine.ended).by, 'asked');
	assert.equal(existsSync(machine.directory), false);
	assert.equal(existsSync(`/proc/${machine.pid}`), false);
	assert.equal(disks(), 0);
});

test('ended tells that the guest reset itself, and what it printed', needsQemu, async () => {
	const reset = countingGuest(directory, {resetsAt});
	const made = await ensureTemplate(reset, {warm: async machine => void (await nextCounts(machine))});
	const machine = await restoreMachine(made, {dock});
	const {by, because, console} = await machine.ended;
	assert.equal(by, 'guest');
	assert.match(because.en, /panicked|rebooted/);
	assert.match(console, /00001387\n$/);
	assert.equal(existsSync(machine.directory), false);
});

test('ended tells that QEMU was killed', needsQemu, async () => {
	const machine = await restored();
	process.kill(machine.pid, 'SIGKILL');
	assert.equal((await machine.ended).by, 'died');
	await assert.rejects(machine.qmp.execute('query-status'), /QEMU has ended/);
	assert.equal(existsSync(machine.directory), false);
});

test('attachMachine() finds a machine that was left, with its snapshots', needsQemu, async () => {
	const kept = openDock('kept');
	const left = await restored({dock: kept, tied: false});
	left.leave();
	sweepMachines();
	const record = listRecords().find(({id}) => id === left.id)!;
	// To leave it again is not its end, either.
	const visited = (await attachMachine(record, kept))!;
	visited.leave();
	await visited.qmp.closed;
	await new Promise(resolve => setTimeout(resolve, 50));
	const machine = (await attachMachine(record, kept))!;
	assert.equal(machine.pid, left.pid);
	const snapshot = await takeSnapshot(machine, 'from outside');
	assert.equal(snapshot.chain.at(-1), (await template!).disk);
	assert.ok((await nextCounts(machine)).length > 0);
	await machine.stop();
	assert.equal(existsSync(machine.directory), false);
	assert.equal(await attachMachine(record, kept), undefined);
	removeDock(kept);
});

test('attachMachine() tells of an end that nobody saw', needsQemu, async () => {
	const kept = openDock('kept');
	const made = await ensureTemplate(countingGuest(directory, {resetsAt}), {
		warm: async machine => void (await nextCounts(machine)),
	});
	const left = await restoreMachine(made, {dock: kept, tied: false});
	left.leave();
	const qmp = await connectQmp(qmpSocket(left.directory, 0));
	while (((await qmp.execute('query-status')) as {status: string}).status !== 'shutdown');
	qmp.close();
	const machine = (await attachMachine(listRecords().find(({id}) => id === left.id)!, kept))!;
	const {by, console} = await machine.ended;
	assert.equal(by, 'guest');
	assert.match(console, /00001387/);
	assert.equal(existsSync(left.directory), false);
	removeDock(kept);
});

test('attachMachine() finds room for several programs, each with wires of its own', needsQemu, async () => {
	const kept = openDock('kept');
	const first = await restored({dock: kept, tied: false});
	const record = listRecords().find(({id}) => id === first.id)!;
	const others = await Promise.all(Array.from({length: seatCount - 1}, () => attachMachine(record, kept)));
	const all = [first, ...others.map(other => other!)];
	assert.deepEqual(
		all.map(({seat}) => seat).toSorted(),
		Array.from({length: seatCount}, (_, seat) => seat),
	);
	for (const machine of all) assert.ok((await machine.qmp.execute('query-status')) !== undefined);
	const sockets = await Promise.all(all.map(machine => connectPort(machine)));
	for (const socket of sockets) socket.destroy();
	await assert.rejects(attachMachine(record, kept), /4 programs are at this machine/);
	const [last] = others;
	last!.leave();
	await last!.qmp.closed;
	const again = (await attachMachine(record, kept))!;
	assert.equal(again.seat, last!.seat);
	await first.stop();
	for (const {ended} of [...all.filter(machine => machine !== last), again]) await ended;
	removeDock(kept);
});

test('attachMachine() leaves a machine still while it is another program’s turn', needsQemu, async () => {
	const kept = openDock('kept');
	const first = await restored({dock: kept, tied: false});
	const record = listRecords().find(({id}) => id === first.id)!;
	const status = async (): Promise<unknown> => ((await first.qmp.execute('query-status')) as {status: string}).status;
	let attached: Promise<Machine | undefined> | undefined;
	await inTurn(turnLock(first.directory), async () => {
		await pauseMachine(first);
		attached = attachMachine(record, kept);
		const early = await Promise.race([attached, new Promise(resolve => setTimeout(resolve, 200, 'waits'))]);
		assert.equal(early, 'waits');
		assert.equal(await status(), 'paused');
	});
	(await attached)!.leave();
	assert.equal(await status(), 'running');
	await first.stop();
	removeDock(kept);
});

test('plugDisk() plugs disks in, and a snapshot has them too', needsQemu, async () => {
	const share = join(directory, 'a share, with a comma');
	writeFileSync(share, Buffer.alloc(65536));
	const machine = await restored();
	assert.deepEqual(await pluggedDisks(machine), []);
	const plugged = [await plugDisk(machine, share), await plugDisk(machine, share)];
	assert.deepEqual(
		plugged.map(({slot}) => slot),
		[0, 1],
	);
	await assert.rejects(plugDisk(machine, join(directory, 'missing')), /No such file/);
	const snapshot = await takeSnapshot(machine, 'with disks');
	await machine.stop();
	const again = await stopLater(await restored({snapshot}));
	assert.deepEqual(await pluggedDisks(again), plugged);
});

test('keepSpare() hands over a machine that stood still', needsQemu, async () => {
	const spare = keepSpare<Machine>({
		make: () => restored(),
		lay: pauseMachine,
		discard: machine => machine.stop(),
		isGood: machine => !machine.gone.aborted,
		memoryBytes: 32 * 2 ** 20,
		restMilliseconds: 1,
	});
	const others = new Set(listRecords().map(({id}) => id));
	const reserved = (): readonly string[] => listRecords().flatMap(({id}) => (others.has(id) ? [] : [id]));
	await spare.prepare();
	const waiting = reserved();
	const machine = await spare.take();
	assert.deepEqual(waiting, [machine.id]);
	assert.equal(((await machine.qmp.execute('query-status')) as {status: string}).status, 'paused');
	await resumeMachine(machine);
	assert.ok((await nextCounts(machine)).length > 0);
	await spare.prepare();
	assert.equal(reserved().length, 2);
	await machine.stop();
	await spare.end();
	assert.deepEqual(reserved(), []);
	await spare.prepare();
	assert.deepEqual(reserved(), [], 'no more are made');
});

test('keepSpare() doesn’t hand over one that died while it waited', needsQemu, async () => {
	const made: Machine[] = [];
	const spare = keepSpare<Machine>({
		make: async () => {
			made.push(await restored());
			return made.at(-1)!;
		},
		lay: pauseMachine,
		discard: machine => machine.stop(),
		isGood: machine => !machine.gone.aborted,
		memoryBytes: 32 * 2 ** 20,
	});
	await spare.prepare();
	process.kill(made[0]!.pid, 'SIGKILL');
	await made[0]!.ended;
	const machine = await stopLater(await spare.take());
	assert.equal(machine, made[1]);
	await spare.end();
});

const toStop: Machine[] = [];
after(() => Promise.all(toStop.map(machine => machine.stop())));

async function stopLater(machine: Machine): Promise<Machine> {
	toStop.push(machine);
	return machine;
}
