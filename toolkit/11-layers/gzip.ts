/**
 * Layers come plain or compressed; their first bytes say which, whatever a file name or a media type claims.
 *
 * Sources: RFC 1952 (gzip), RFC 8878 (zstd).
 * @module
 */
import {pipeline, Readable} from 'node:stream';
import {createGunzip, createZstdDecompress} from 'node:zlib';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The plain bytes of a layer: gunzipped or zstd-decompressed if they need it. */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const source = chunks[Symbol.asyncIterator]();
	let head = Buffer.alloc(0);
	while (head.length < ZSTD.length) {
		const {done, value} = await source.next();
		if (done) break;
		head = Buffer.concat([head, value]);
	}
	const whole = prepend(head, source);
	const starts = (magic: Buffer): boolean => head.subarray(0, magic.length).equals(magic);
	if (starts(GZIP)) yield* through(whole, createGunzip());
	else if (starts(ZSTD)) yield* through(whole, createZstdDecompress());
	else yield* whole;
}

function through(chunks: AsyncIterable<Uint8Array>, decoder: NodeJS.ReadWriteStream): AsyncIterable<Uint8Array> {
	// An error, of the source or of the decoder, destroys both ends, and so ends the iteration.
	pipeline(Readable.from(chunks), decoder, () => {});
	return decoder as unknown as AsyncIterable<Uint8Array>;
}

async function* prepend(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	if (head.length > 0) yield head;
	for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
