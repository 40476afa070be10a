/**
 * QEMU's own way to save a machine and go back to it, to compare with: `savevm` and `-loadvm`. Memory and devices are
 * copied into the scratch disk's file, and all of it is read again.
 * @module
 */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {connectAgent} from '#sandbox/agent/agent';
import {type Blueprint, qemuArguments, scratchBytes} from '#sandbox/machine/blueprint';
import {awaitExit, launchQemu} from '#sandbox/machine/launch';
import {connectPort} from '#sandbox/machine/machine';
import {writeOverlay} from '#sandbox/machine/overlay';

const tag = 'bench';

/** A machine that can be booted or loaded again and again, in a directory that is removed afterwards. */
export interface PlainMachine {
	/** From QEMU's start to the first command's end, with the kernel booted. @returns milliseconds. */
	boot(): Promise<number>;
	/** The same from the saved state. */
	load(): Promise<number>;
}

/** Boots a machine once and saves it. */
export async function plainMachine(blueprint: Blueprint, directory: string): Promise<PlainMachine> {
	mkdirSync(directory);
	const saved = join(directory, 'saved.qcow2');
	writeOverlay(saved, scratchBytes, undefined);
	await run(blueprint, directory, saved, [], true);
	return {
		boot: () => {
			const fresh = join(directory, 'fresh.qcow2');
			rmSync(fresh, {force: true});
			writeOverlay(fresh, scratchBytes, undefined);
			return run(blueprint, directory, fresh, []);
		},
		load: () => run(blueprint, directory, saved, ['-loadvm', tag]),
	};
}

/** One run of QEMU, to the end of its first command. @param save whether it is then warmed, and saved in its disk. */
async function run(
	blueprint: Blueprint,
	directory: string,
	disk: string,
	more: readonly string[],
	save = false,
): Promise<number> {
	const ram = {path: join(directory, 'ram'), shared: true};
	rmSync(ram.path, {force: true});
	const args = [...qemuArguments(blueprint, {directory, ram, disk, plugged: [], start: 'boot'}), ...more];
	const start = performance.now();
	const {child, qmp, gone} = await launchQemu({
		path: blueprint.qemu.path,
		args,
		directory,
		seat: 0,
		tied: true,
		inherit: [],
	});
	try {
		const agent = await connectAgent(await connectPort({directory, seat: 0, gone}), {signal: gone});
		await agent.exec(['true']);
		const milliseconds = performance.now() - start;
		if (save) {
			await agent.warm();
			const said = await qmp.execute('human-monitor-command', {'command-line': `savevm ${tag}`});
			if (said !== '') throw new Error(`QEMU does not save the machine: ${said}`);
		}
		agent.close();
		return milliseconds;
	} finally {
		child.kill('SIGKILL');
		await awaitExit(child);
	}
}
