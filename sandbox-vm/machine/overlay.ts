/**
 * An empty layer over a disk: a qcow2 file that holds nothing yet and names the file below it.
 *
 *     0        header, the name of the file below
 *     64 KiB   refcount table ──▶ 128 KiB  refcount block: four clusters are in use
 *     192 KiB  L1 table: all zero, so every byte comes from below
 *
 * `qemu-img create` writes the same; it comes in another package, and starting it would take longer than the write.
 *
 * Source: QEMU's docs/interop/qcow2.txt.
 * @module
 */
import {writeFileSync} from 'node:fs';

/** What is below: a file and its format. A disk without one is empty. */
export interface Backing {
	readonly path: string;
	readonly format: 'qcow2' | 'raw';
}

/**
 * Writes a new qcow2 file at `path`.
 *
 * @throws `EEXIST` if there is one.
 */
export function writeOverlay(path: string, sizeBytes: number, backing?: Backing): void {
	const name = Buffer.from(backing?.path ?? '');
	if (name.length > longestName) throw new Error(`the path of the disk below is too long: ${backing?.path}`);
	const l1Entries = Math.ceil(sizeBytes / (clusterBytes * (clusterBytes / 8)));
	if (l1Entries * 8 > clusterBytes) throw new Error(`a disk of ${sizeBytes} bytes is more than one table can tell`);
	const file = Buffer.alloc(4 * clusterBytes);
	const extension = backing === undefined ? Buffer.alloc(8) : formatExtension(backing.format);
	const nameOffset = headerBytes + extension.length;
	file.write('QFI\xfb', 0, 'latin1');
	file.writeUInt32BE(3, 4);
	file.writeBigUInt64BE(backing === undefined ? 0n : BigInt(nameOffset), 8);
	file.writeUInt32BE(name.length, 16);
	file.writeUInt32BE(clusterBits, 20);
	file.writeBigUInt64BE(BigInt(sizeBytes), 24);
	file.writeUInt32BE(l1Entries, 36);
	file.writeBigUInt64BE(BigInt(3 * clusterBytes), 40);
	file.writeBigUInt64BE(BigInt(clusterBytes), 48);
	// One cluster of refcount table; refcounts of 2^4 bits; and the header's own length.
	file.writeUInt32BE(1, 56);
	file.writeUInt32BE(4, 96);
	file.writeUInt32BE(headerBytes, 100);
	extension.copy(file, headerBytes);
	name.copy(file, nameOffset);
	file.writeBigUInt64BE(BigInt(2 * clusterBytes), clusterBytes);
	for (let cluster = 0; cluster < 4; cluster++) file.writeUInt16BE(1, 2 * clusterBytes + 2 * cluster);
	writeFileSync(path, file, {flag: 'wx', mode: 0o600});
}

const clusterBits = 16;
const clusterBytes = 1 << clusterBits;
const headerBytes = 104;
const longestName = 1023;

/** The extension that tells the format below, padded to 8 bytes, and the one that ends the list. */
function formatExtension(format: string): Buffer {
	const extension = Buffer.alloc(24);
	extension.writeUInt32BE(0xe2792aca, 0);
	extension.writeUInt32BE(format.length, 4);
	extension.write(format, 8);
	return extension;
}
