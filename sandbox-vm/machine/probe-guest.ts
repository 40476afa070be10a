/**
 * The smallest guest: firmware that brings a CPU up to 64 bits and then ends its machine with a number.
 *
 *     reset ─▶ 16 bits ─▶ 32 bits ─▶ page tables, 64 bits ─▶ out 0xf4 ─▶ QEMU exits with 85
 *
 * An accelerator that can be opened need not work: on a virtual machine without nested virtualisation the guest hangs at
 * its first instructions, with no error. This guest takes the same steps as a kernel does on its way up.
 *
 * Source: Intel 64 SDM volume 3, 10.8 and 10.9 (switching modes); QEMU's isa-debug-exit device.
 * @module
 */

/** QEMU's exit code when this guest has lived: isa-debug-exit makes 2n + 1 of the number written to it. */
export const signOfLife = 2 * 0x2a + 1;

/** What attaches the device that the guest ends itself with. */
export const probeDevice = 'isa-debug-exit,iobase=0xf4,iosize=1';

/** The bytes of a firmware file, 64 KiB. */
export function probeFirmware(): Uint8Array {
	const rom = new Uint8Array(0x10000);
	rom.set(bytes(program), 0xf000);
	// The CPU starts 16 bytes below the end: jmp far f000:f000.
	rom.set([0xea, 0x00, 0xf0, 0x00, 0xf0], 0xfff0);
	return rom;
}

/** At f000:f000, which is 0xff000. */
const program: readonly (readonly [hexadecimal: string, assembly: string])[] = [
	['fa', 'cli'],
	['2e 66 0f 01 16 a0 f0', 'lgdt cs:[table]'],
	['0f 20 c0', 'mov eax, cr0'],
	['0c 01', 'or al, 1'],
	['0f 22 c0', 'mov cr0, eax            ; protected mode'],
	['66 ea 18 f0 0f 00 08 00', 'jmp far 08:ff018'],
	['66 b8 10 00', 'mov ax, 0x10            ; 32 bits from here'],
	['8e d8', 'mov ds, ax'],
	['c7 05 00 10 00 00 03 20 00 00', 'mov [0x1000], 0x2003    ; three levels of page tables:'],
	['c7 05 00 20 00 00 03 30 00 00', 'mov [0x2000], 0x3003    ; the first 2 MiB'],
	['c7 05 00 30 00 00 83 00 00 00', 'mov [0x3000], 0x83      ; are where they are'],
	['b8 00 10 00 00', 'mov eax, 0x1000'],
	['0f 22 d8', 'mov cr3, eax'],
	['0f 20 e0', 'mov eax, cr4'],
	['0c 20', 'or al, 0x20             ; PAE'],
	['0f 22 e0', 'mov cr4, eax'],
	['b9 80 00 00 c0', 'mov ecx, 0xc0000080     ; EFER'],
	['0f 32', 'rdmsr'],
	['80 cc 01', 'or ah, 1                ; LME'],
	['0f 30', 'wrmsr'],
	['0f 20 c0', 'mov eax, cr0'],
	['0d 00 00 00 80', 'or eax, 0x80000000      ; paging'],
	['0f 22 c0', 'mov cr0, eax'],
	['ea 6a f0 0f 00 18 00', 'jmp far 18:ff06a'],
	['48 b8 00 00 00 00 2a 00 00 00', 'mov rax, 0x2a00000000   ; 64 bits: a number that needs them'],
	['48 c1 e8 20', 'shr rax, 32'],
	['e6 f4', 'out 0xf4, al            ; the end'],
	['f4 90 90 90 90 90', 'hlt'],
	['00 00 00 00 00 00 00 00', '; the table of segments: none'],
	['ff ff 00 00 00 9a cf 00', '; 08: code, 32 bits'],
	['ff ff 00 00 00 92 cf 00', '; 10: data'],
	['ff ff 00 00 00 9a af 00', '; 18: code, 64 bits'],
	['1f 00 80 f0 0f 00', '; table: its length less one, its address'],
];

function bytes(lines: typeof program): number[] {
	return lines.flatMap(([hexadecimal]) => hexadecimal.split(' ').map(byte => Number.parseInt(byte, 16)));
}
