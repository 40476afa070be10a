/**
 * An image layer from a stranger, laid out in a directory.
 *
 *     ../../etc/passwd             refused
 *     /etc/passwd                  lands inside
 *     lib ─▶ /lib64, then lib/x    the link is followed inside: lib64/x
 *     a hard link to /etc/shadow   means the layer's own etc/shadow, or nothing
 *
 * Source: OCI image spec, layer.md.
 * @module
 */
import {closeSync, writeSync} from 'node:fs';
import {openRoot} from '#layers/directory';
import {decompress} from '#layers/gzip';
import {finishDirectories, finishFile, type Laying, layEntry, startLaying} from '#layers/lay';
import {readTar} from '#layers/tar-read';
import type {UnpackOptions} from '#layers/types';

export type {UnpackOptions};

/** What was laid out. */
export interface Unpacked {
	readonly entries: number;
	readonly contentBytes: number;
	/** Paths that were left out, since an ordinary user can't make devices. */
	readonly leftOut: readonly string[];
}

/**
 * Lays a layer out in `directory`: a tar, plain, gzipped or zstd-compressed.
 *
 * @throws {Error} for what is no tar, a path that leads out, or content beyond `mostBytes`. What was laid out until then
 *   stays: remove the directory.
 */
export async function unpackLayer(
	chunks: AsyncIterable<Uint8Array>,
	directory: string,
	options: UnpackOptions,
): Promise<Unpacked> {
	const root = openRoot(directory);
	const laying = startLaying(root, options);
	try {
		for await (const {entry, content} of readTar(decompress(chunks))) {
			const file = layEntry(laying, entry);
			if (file === undefined) continue;
			try {
				for await (const chunk of content) writeContent(laying, file, chunk, options.mostBytes);
			} finally {
				closeSync(file);
			}
			finishFile(laying, entry);
		}
		finishDirectories(laying);
		const {entries, contentBytes, leftOut} = laying;
		return {entries, contentBytes, leftOut};
	} finally {
		if (laying.parent !== undefined) closeSync(laying.parent.fd);
		closeSync(root);
	}
}

function writeContent(laying: Laying, file: number, chunk: Uint8Array, mostBytes = Number.POSITIVE_INFINITY): void {
	// Counted as it comes: what a header says is no promise, and a small archive can unpack to a very large one.
	laying.contentBytes += chunk.length;
	if (laying.contentBytes > mostBytes) throw new Error(`the layer holds more than the ${mostBytes} bytes allowed`);
	for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
}
