/**
 * What tests of machines share: a guest of a hundred bytes, so that they need QEMU and nothing else.
 *
 *     count ─▶ write it to one of 256 pages ─▶ print it on the console ─▶ again
 *
 * Its count is its memory: a machine that was restored goes on counting where it was saved.
 *
 * Source: the Multiboot specification 0.6.96.
 * @module
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {setPriority, tmpdir} from 'node:os';
import {join} from 'node:path';
import {after} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Blueprint, MachineImage} from './blueprint.ts';
import {usualHardware} from './blueprint.ts';
import {findQemu} from './find-qemu.ts';
import {type Machine, readConsole} from './machine.ts';

/** For tests that need QEMU. */
export const needsQemu = {skip: whyNot() ?? false};

/** A state and data directory for this test's process alone, removed after it. Short, as a socket's path must be. */
export function privateDirectories(): string {
	const directory = mkdtempSync(join(tmpdir(), 'dm-'));
	Object.assign(process.env, {DRYDOCK_STATE: join(directory, 'state'), DRYDOCK_DATA: join(directory, 'data')});
	// A test is in nobody's way.
	setPriority(10);
	after(() => rmSync(directory, {recursive: true, force: true}));
	return directory;
}

/** A blueprint of the counting guest. @param resetsAt the count at which it resets its machine. */
export function countingGuest(directory: string, {resetsAt = 0x7fffffff} = {}): Blueprint {
	const image: MachineImage = {
		kernel: join(directory, `counting-${resetsAt}`),
		initrd: join(directory, 'initrd'),
		rootfs: join(directory, 'rootfs'),
		key: `counting-${resetsAt}`,
	};
	writeFileSync(image.kernel, kernel(resetsAt));
	writeFileSync(image.initrd, Buffer.alloc(512));
	writeFileSync(image.rootfs, Buffer.alloc(65536));
	return {qemu: findQemu(), accelerator: 'tcg', image, hardware: {...usualHardware, memoryBytes: 32 * 2 ** 20}};
}

/** How far a guest had counted, whose memory this is. */
export function countIn(ram: Buffer): number {
	return ram.readUInt32LE(0x200000);
}

/** The next counts that a guest prints. */
export async function nextCounts({qmp}: Machine, howMany = 1): Promise<readonly number[]> {
	let text = '';
	for (;;) {
		text += await readConsole(qmp);
		// The first line may be the end of one, and the last its beginning.
		const counts = text
			.split('\n')
			.slice(1, -1)
			.filter(line => /^[0-9a-f]{8}$/.test(line));
		if (counts.length >= howMany) return counts.map(count => Number.parseInt(count, 16));
		await sleep(5);
	}
}

function whyNot(): string | undefined {
	try {
		findQemu();
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/** A Multiboot header, loaded to 0x100000 with what follows, and entered at 0x100020 with 32 bits. */
function kernel(resetsAt: number): Buffer {
	const file = Buffer.from(program.flatMap(([hexadecimal]) => hexadecimal.split(' ')).join(''), 'hex');
	file.writeUInt32LE(resetsAt, file.indexOf('3dffffff7f', 'hex') + 1);
	return file;
}

const program: readonly (readonly [hexadecimal: string, assembly: string])[] = [
	['02 b0 ad 1b 00 00 01 00 fe 4f 51 e4', '; magic, flags: addresses follow, checksum'],
	['00 00 10 00 00 00 10 00 00 00 00 00', '; the header, the load address, to the end of the file'],
	['00 00 00 00 20 00 10 00', '; no zeroes after it, the entry'],
	['fa', 'cli'],
	['ff 05 00 00 20 00', 'again: inc [0x200000]'],
	['a1 00 00 20 00', 'mov eax, [0x200000]'],
	['89 c3', 'mov ebx, eax'],
	['81 e3 ff 00 00 00', 'and ebx, 0xff'],
	['c1 e3 0c', 'shl ebx, 12'],
	['89 83 00 00 30 00', 'mov [0x300000 + ebx], eax   ; a page of 256'],
	['3d ff ff ff 7f', 'cmp eax, resetsAt'],
	['73 2a', 'jae reset'],
	['b9 08 00 00 00', 'mov ecx, 8'],
	['c1 c0 04', 'digit: rol eax, 4'],
	['89 c3', 'mov ebx, eax'],
	['83 e0 0f', 'and eax, 15'],
	['04 30', "add al, '0'"],
	['3c 39', "cmp al, '9'"],
	['76 02', 'jbe print'],
	['04 27', "add al, 'a' - '9' - 1"],
	['66 ba f8 03', 'print: mov dx, 0x3f8         ; the serial port'],
	['ee', 'out dx, al'],
	['89 d8', 'mov eax, ebx'],
	['e2 e7', 'loop digit'],
	['b0 0a', "mov al, '\\n'"],
	['ee', 'out dx, al'],
	['b9 00 00 04 00', 'mov ecx, 0x40000'],
	['e2 fe', 'wait: loop wait'],
	['eb b3', 'jmp again'],
	['b0 fe', 'reset: mov al, 0xfe'],
	['e6 64', 'out 0x64, al                 ; the keyboard controller resets the CPU'],
	['eb fa', 'jmp reset'],
];
