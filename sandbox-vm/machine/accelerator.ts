/**
 * What runs the guest's instructions: the hardware, or QEMU's translator.
 *
 *     kvm, hvf   about as fast as the host, where they work
 *     tcg        works everywhere
 *
 * An accelerator is tried, not believed: a guest of our own must come up with it within seconds. What came out is kept
 * until the next boot of the host, since only that, or another QEMU, changes it.
 * @module
 */
import {spawn} from 'node:child_process';
import {accessSync, constants, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makePrivateDirectory, stateDirectory} from '#engine/directories';
import {probesDirectory} from './directories.ts';
import type {Qemu} from './find-qemu.ts';
import {newId, ownDirectory} from './ownership.ts';
import {probeDevice, probeFirmware, signOfLife} from './probe-guest.ts';

export type Accelerator = 'kvm' | 'hvf' | 'tcg';

/** What came of a try. */
export interface Verdict {
	readonly accelerator: Accelerator;
	readonly works: boolean;
	/** One line, for `doctor`. */
	readonly because: string;
}

/** The fastest accelerator that works here. */
export async function chooseAccelerator(qemu: Qemu): Promise<Accelerator> {
	return (await judgeAccelerators(qemu)).find(({works}) => works)?.accelerator ?? 'tcg';
}

/** What is to be said of each accelerator that this system may have, the fastest first. Tried once a boot of the host. */
export async function judgeAccelerators(qemu: Qemu): Promise<readonly Verdict[]> {
	const known = recall(qemu);
	if (known !== undefined) return known;
	const verdicts: Verdict[] = [];
	for (const accelerator of candidates()) verdicts.push(await tryAccelerator(qemu, accelerator));
	remember(qemu, verdicts);
	return verdicts;
}

/** Remembers that an accelerator failed later than its probe: until the host's next boot it isn't chosen again. */
export async function distrust(qemu: Qemu, accelerator: Accelerator, because: string): Promise<void> {
	const verdicts = await judgeAccelerators(qemu);
	remember(
		qemu,
		verdicts.map(verdict => (verdict.accelerator === accelerator ? {accelerator, works: false, because} : verdict)),
	);
}

/** Runs the probe guest. @param patienceMilliseconds after which it counts as hanging. */
export async function tryAccelerator(
	qemu: Qemu,
	accelerator: Accelerator,
	patienceMilliseconds = accelerator === 'tcg' ? 20_000 : 3_000,
): Promise<Verdict> {
	const closed = accelerator === 'kvm' ? whyKvmIsClosed() : undefined;
	if (closed !== undefined) return {accelerator, works: false, because: closed};
	const {exitCode, complaint, milliseconds} = await runProbe(qemu, accelerator, patienceMilliseconds);
	if (exitCode === signOfLife) {
		return {accelerator, works: true, because: `a probe guest came up in ${Math.round(milliseconds)} ms`};
	}
	const because =
		exitCode === undefined
			? `it can be opened, but a probe guest gave no sign of life in ${patienceMilliseconds / 1000} s`
			: `QEMU refuses it: ${complaint}`;
	return {accelerator, works: false, because};
}

function candidates(): readonly Accelerator[] {
	switch (process.platform) {
		case 'linux':
			return ['kvm', 'tcg'];
		case 'darwin':
			return ['hvf', 'tcg'];
		default:
			return ['tcg'];
	}
}

function whyKvmIsClosed(): string | undefined {
	try {
		accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
		return undefined;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'there is no /dev/kvm';
		return '/dev/kvm is not for this user: adduser yourself to its group, kvm';
	}
}

interface Probe {
	/** Undefined if it was ended for its silence. */
	readonly exitCode: number | undefined;
	readonly complaint: string;
	readonly milliseconds: number;
}

async function runProbe(qemu: Qemu, accelerator: Accelerator, patienceMilliseconds: number): Promise<Probe> {
	const {directory, release} = ownDirectory(join(probesDirectory(), newId()));
	const firmware = join(directory, 'firmware');
	writeFileSync(firmware, probeFirmware());
	const start = performance.now();
	const child = spawn(
		'setpriv',
		[
			...['--pdeathsig', 'KILL', qemu.path],
			...['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'pc', '-accel', accelerator],
			...['-m', '16M', '-bios', firmware, '-device', probeDevice],
		],
		{stdio: ['ignore', 'ignore', 'pipe']},
	);
	let complaint = '';
	child.stderr.on('data', (data: Buffer) => {
		if (complaint.length < 1000) complaint += data.toString();
	});
	let silent = false;
	const impatience = setTimeout(() => {
		silent = true;
		child.kill('SIGKILL');
	}, patienceMilliseconds);
	try {
		const exitCode = await new Promise<number>(resolve => {
			child.on('error', () => resolve(-1));
			child.on('close', code => resolve(code ?? -1));
		});
		return {
			exitCode: silent ? undefined : exitCode,
			complaint: complaint.trim().split('\n').at(-1) || `exit code ${exitCode}`,
			milliseconds: performance.now() - start,
		};
	} finally {
		clearTimeout(impatience);
		release();
	}
}

/** What the verdicts hold for. */
interface Memory {
	readonly host: string;
	readonly qemu: string;
	readonly verdicts: readonly Verdict[];
}

function memoryPath(): string {
	return join(stateDirectory(), 'accelerators.json');
}

function recall(qemu: Qemu): readonly Verdict[] | undefined {
	try {
		const memory = JSON.parse(readFileSync(memoryPath(), 'utf8')) as Memory;
		return memory.host === hostBoot() && memory.qemu === qemu.version ? memory.verdicts : undefined;
	} catch {
		// Not there, or cut short by a kill: it is made again.
		return undefined;
	}
}

function remember(qemu: Qemu, verdicts: readonly Verdict[]): void {
	makePrivateDirectory(stateDirectory());
	const memory: Memory = {host: hostBoot(), qemu: qemu.version, verdicts};
	const temporary = `${memoryPath()}~`;
	writeFileSync(temporary, JSON.stringify(memory));
	renameSync(temporary, memoryPath());
}

/** Differs after each boot of the host; and between users, since what a device's file allows is a user's own. */
function hostBoot(): string {
	const boot = process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';
	return `${boot} ${process.getuid?.()}`;
}
