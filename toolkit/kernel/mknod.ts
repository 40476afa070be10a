/**
 * Device files: a name in a directory for a driver in the kernel, by two numbers.
 *
 * Sources: mknod(2), makedev(3).
 * @module
 */
import {constants} from 'node:fs';
import {KernelName} from '#kernel/error';
import {syscall} from '#kernel/libc';

// By number: glibc before 2.33 has no function mknodat, only a macro.
const SYS_mknodat = process.arch === 'arm64' ? 33 : 259;
const {S_IFCHR, S_IFBLK, S_IFIFO} = constants;
const kinds = {c: S_IFCHR, b: S_IFBLK, p: S_IFIFO} as const;

/** A device file: `c` for a character device, `b` for a block device, `p` for a FIFO, which has no numbers. */
export interface DeviceNode {
	readonly kind: 'c' | 'b' | 'p';
	readonly major: number;
	readonly minor: number;
	/** Permissions; the umask is taken off. */
	readonly mode: number;
}

/**
 * Makes a device file or a FIFO named `name` below a directory's descriptor.
 *
 * @throws {KernelError} `EPERM` in a user namespace or without CAP_MKNOD; `EEXIST`; `EROFS`.
 */
export function mknodat(directory: number, name: string, node: DeviceNode): void {
	const device = deviceNumber(node.major, node.minor);
	syscall('mknodat', SYS_mknodat, [directory, name, kinds[node.kind] | node.mode, device], {
		show: () => [
			directory,
			name,
			new KernelName(`${KIND_NAMES[node.kind]}|0${node.mode.toString(8)}`),
			new KernelName(`makedev(${node.major}, ${node.minor})`),
		],
	});
}

/** The two numbers in one, as stat(2) tells it in `rdev`: major 1 and minor 3 are 0x103. */
export function deviceNumber(major: number, minor: number): number {
	// Both once had 8 bits; the minor's later ones stand above the major.
	return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}

/** The other way round: `rdev` to its two numbers. */
export function majorMinor(device: number): {readonly major: number; readonly minor: number} {
	return {major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00)};
}

const KIND_NAMES = {c: 'S_IFCHR', b: 'S_IFBLK', p: 'S_IFIFO'} as const;
