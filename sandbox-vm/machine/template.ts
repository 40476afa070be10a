/**
 * A template: a machine that has booted once, and from which all others are continued.
 *
 *     boot ─▶ warm ─▶ stop ─▶ save the devices' state ─▶ end QEMU
 *                               │
 *     KEY/ram        the guest's memory: QEMU ran on this very file, so it need not be saved
 *     KEY/devices    what the CPU, the clock, the virtio queues … held: 55 kB
 *     KEY/disk       the scratch disk
 *     KEY/blueprint  what it was made of: a state that is based on it is continued with the same
 *
 * The surprise: QEMU has a command that saves the devices without the memory. It was made for Xen, which keeps the memory
 * itself; so do we, and it takes a millisecond.
 *
 * A template is only good for the same QEMU, devices, CPU and image: its name is a hash of these (blueprint.ts).
 *
 * Source: QEMU's QMP reference on xen-save-devices-state.
 * @module
 */
import {closeSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {makePrivateDirectory} from '#engine/directories';
import {tolerate} from '#kernel/error';
import {tryLockFile} from '#kernel/flock';
import {assemble} from './assemble.ts';
import {type Blueprint, blueprintKey} from './blueprint.ts';
import {saveDevices} from './devices.ts';
import {templatesDirectory, templatesLock} from './directories.ts';
import {temporaryDock} from './dock.ts';
import {type Machine, pauseMachine, readConsole} from './machine.ts';
import {requireDisk} from './room.ts';
import {scratchChain} from './scratch.ts';

/** A machine that waits to be continued. */
export interface Template {
	readonly key: string;
	readonly blueprint: Blueprint;
	readonly ram: string;
	readonly devices: string;
	readonly disk: string;
}

export type TemplatePhase = 'wait' | 'boot' | 'save';

export interface TemplateOptions {
	/**
	 * Waits until the guest answers, and has it do once what later shall be quick: what it then has in memory, all
	 * machines will have. Whatever it throws, no template is made.
	 */
	readonly warm: (machine: Machine) => Promise<void>;
	/** `wait`: another program is making one. */
	readonly onPhase?: (phase: TemplatePhase) => void;
	readonly signal?: AbortSignal;
	/** How long the guest may take to answer. */
	readonly bootMilliseconds?: number;
}

/** The template of a blueprint, if it has been made, and whole. */
export function findTemplate(blueprint: Blueprint): Template | undefined {
	const key = blueprintKey(blueprint);
	return unlessCut(templateIn(join(templatesDirectory(), key), key, blueprint));
}

/**
 * The template of a blueprint; if there is none, the machine is booted and saved.
 *
 * @throws {Error} one line: why the machine doesn't come up, with the last of its console.
 */
export async function ensureTemplate(blueprint: Blueprint, options: TemplateOptions): Promise<Template> {
	const found = findTemplate(blueprint);
	if (found !== undefined) return found;
	const lock = await lockTemplates(options);
	try {
		return findTemplate(blueprint) ?? (await makeTemplate(blueprint, options));
	} finally {
		closeSync(lock);
	}
}

/** The directories of all templates that are whole. Their names are the templates' keys. */
export function templateDirectories(): readonly string[] {
	const names = tolerate(['ENOENT'], () => readdirSync(templatesDirectory())) ?? [];
	return names.filter(name => !isUnfinished(name)).map(name => join(templatesDirectory(), name));
}

/** A template by its key, with the blueprint that it was made of; undefined if it isn't there any more. */
export function readTemplate(key: string): Template | undefined {
	const directory = join(templatesDirectory(), key);
	const blueprint = readBlueprint(directory);
	return blueprint === undefined ? undefined : unlessCut(templateIn(directory, key, blueprint));
}

/** The directory of the image that a template needs; undefined if it doesn't tell. */
export function imageOfTemplate(directory: string): string | undefined {
	const blueprint = readBlueprint(directory);
	return blueprint === undefined ? undefined : dirname(blueprint.image.rootfs);
}

/** Removes what a killed program left of templates that it was about to make. */
export function removeUnfinishedTemplates(): void {
	const names = (tolerate(['ENOENT'], () => readdirSync(templatesDirectory())) ?? []).filter(isUnfinished);
	const lock = names.length === 0 ? undefined : tryLockFile(templatesLock());
	if (lock === undefined) return;
	for (const name of names) rmSync(join(templatesDirectory(), name), {recursive: true, force: true});
	closeSync(lock);
}

/** A directory with this at its end is being made. */
const unfinished = '.part';

function isUnfinished(name: string): boolean {
	return name.endsWith(unfinished);
}

function templateIn(directory: string, key: string, blueprint: Blueprint): Template {
	const [ram, devices, disk] = ['ram', 'devices', 'disk'].map(name => join(directory, name)) as [
		string,
		string,
		string,
	];
	return {key, blueprint, ram, devices, disk};
}

/** Its directory came to be at once; what may have happened since is that somebody cut a file short. */
function unlessCut(template: Template): Template | undefined {
	const {ram, devices, disk, blueprint} = template;
	const whole = sizeOf(ram) === blueprint.hardware.memoryBytes && sizeOf(devices) > 0 && sizeOf(disk) > 0;
	return whole ? template : undefined;
}

function readBlueprint(directory: string): Blueprint | undefined {
	const text = tolerate(['ENOENT'], () => readFileSync(join(directory, blueprintFile), 'utf8'));
	return text === undefined ? undefined : (JSON.parse(text) as Blueprint);
}

const blueprintFile = 'blueprint';

function sizeOf(path: string): number {
	return tolerate(['ENOENT'], () => statSync(path).size) ?? 0;
}

async function lockTemplates({onPhase, signal}: TemplateOptions): Promise<number> {
	for (;;) {
		const lock = tryLockFile(templatesLock());
		if (lock !== undefined) return lock;
		onPhase?.('wait');
		await sleep(200, undefined, {signal});
	}
}

async function makeTemplate(blueprint: Blueprint, options: TemplateOptions): Promise<Template> {
	const key = blueprintKey(blueprint);
	const directory = join(templatesDirectory(), key);
	const part = `${directory}${unfinished}`;
	rmSync(part, {recursive: true, force: true});
	makePrivateDirectory(part);
	try {
		requireDisk(part, blueprint.hardware.memoryBytes);
		await bootAndSave(templateIn(part, key, blueprint), options);
		writeFileSync(join(part, blueprintFile), JSON.stringify(blueprint));
		rmSync(directory, {recursive: true, force: true});
		renameSync(part, directory);
		return templateIn(directory, key, blueprint);
	} finally {
		rmSync(part, {recursive: true, force: true});
	}
}

async function bootAndSave({blueprint, key, ram, devices, disk}: Template, options: TemplateOptions): Promise<void> {
	const dock = temporaryDock();
	try {
		options.onPhase?.('boot');
		const machine = await assemble({
			blueprint,
			template: key,
			dock,
			ram: {path: ram, shared: true},
			chain: [],
			plugged: [],
			start: 'boot',
			tied: true,
		});
		try {
			await boot(machine, options);
			options.onPhase?.('save');
			await pauseMachine(machine);
			await saveDevices(machine, devices);
			const [top = ''] = await scratchChain(machine);
			renameSync(top, disk);
		} finally {
			await machine.stop();
		}
		// A host that fails must not leave a template with a name and without its contents.
		for (const path of [ram, devices, disk]) await toDisk(path);
	} finally {
		dock.close();
	}
}

async function boot(machine: Machine, options: TemplateOptions): Promise<void> {
	const {warm, signal, bootMilliseconds = 120_000} = options;
	const late = AbortSignal.timeout(bootMilliseconds);
	const hindered = AbortSignal.any([late, machine.gone, ...(signal === undefined ? [] : [signal])]);
	const stopped = new Promise<never>((_, reject) => {
		hindered.addEventListener('abort', () => reject(hindered.reason), {once: true});
	});
	const ended = machine.ended.then(end => {
		throw new Error(`the machine ended while it booted: ${end.because.en}${lastWords(end.console)}`);
	});
	for (const promise of [stopped, ended]) promise.catch(() => {});
	try {
		await Promise.race([warm(machine), stopped, ended]);
	} catch (error) {
		if (hindered.reason !== error || !late.aborted) throw error;
		const words = lastWords(await readConsole(machine.qmp).catch(() => ''));
		throw new Error(`the machine doesn’t answer ${bootMilliseconds / 1000} s after its start${words}`, {cause: error});
	}
}

/** Enough of a console to see what went wrong, in one line. */
function lastWords(console: string): string {
	const lines = console.split(/[\r\n]+/).filter(line => /\w/.test(line));
	return lines.length === 0 ? '' : `; its console says: ${lines.slice(-3).join(' | ').slice(-300)}`;
}

async function toDisk(path: string): Promise<void> {
	const file = await open(path, 'r');
	try {
		await file.datasync();
	} finally {
		await file.close();
	}
}
