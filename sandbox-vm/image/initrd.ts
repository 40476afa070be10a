/**
 * The kernel's first root: busybox, the modules that reach the disk, and a script that goes there.
 * @module
 */
import {readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {type Member, packCpio} from './cpio.ts';
import {guestFile} from './guest.ts';
import {loadOrder} from './modules.ts';

/** The bytes of the initrd for the guest that is unpacked at `root`, with its modules in `modules`. */
export function makeInitrd(root: string, modules: string): Buffer {
	const order = loadOrder(modules);
	const files = [
		file('init', 0o755, readFileSync(guestFile('initramfs-init'))),
		file('bin/busybox', 0o755, readFileSync(join(root, 'usr/bin/busybox'))),
		file('modules/order', 0o644, Buffer.from(order.map(path => basename(path)).join('\n'))),
		...order.map(path => file(`modules/${basename(path)}`, 0o644, readFileSync(join(modules, path)))),
	];
	const directories = ['bin', 'dev', 'image', 'modules', 'proc', 'root', 'written'];
	const archive = packCpio([
		...directories.map((name): Member => ({type: 'directory', name, mode: 0o755})),
		// What the kernel opens for its first program, before that could mount anything.
		{type: 'character device', name: 'dev/console', mode: 0o600, major: 5, minor: 1},
		...files,
	]);
	return gzipSync(archive, {level: 9});
}

function file(name: string, mode: number, data: Uint8Array): Member {
	return {type: 'file', name, mode, data};
}
