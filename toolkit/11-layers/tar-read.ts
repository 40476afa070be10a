/**
 * Reading tar from somebody who is not to be trusted: ustar, GNU's long names, PAX.
 *
 * Every number is checked before it is used, and nothing is allocated because a header says so.
 *
 * Sources: pax(1); tar(5) of libarchive; GNU tar manual, "Basic Tar Format".
 * @module
 */
import {ByteSource} from '#layers/bytes';
import {BLOCK_BYTES, type TarEntry, type TarKind, typeFlags} from '#layers/tar';

const kindByFlag = new Map(Object.entries(typeFlags).map(([kind, flag]) => [flag, kind as TarKind]));
/** Extended headers hold names and attributes. An attribute has 64 KiB at most, so this is plenty. */
const MOST_EXTENDED_BYTES = 1024 * 1024;
const XATTR_PREFIX = 'SCHILY.xattr.';

/** An entry and its content, which is to be read before the next entry is asked for; what is left of it is skipped. */
export interface ReadEntry {
	readonly entry: TarEntry;
	readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Yields the entries of a tar.
 *
 * @throws {Error} for what is no tar, is cut short, or holds what this reader doesn't do, such as sparse files.
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEntry> {
	const source = new ByteSource(chunks);
	let global: PaxRecords = new Map();
	let extended: PaxRecords = new Map();
	for (;;) {
		const header = await source.takeOrEnd(BLOCK_BYTES);
		// Some writers leave the empty blocks at the end out.
		if (header === undefined || header.every(byte => byte === 0)) return;
		const basic = decodeHeader(header);
		switch (basic.flag) {
			case 'g':
				global = decodePax(await takeExtended(source, basic.sizeBytes));
				continue;
			case 'x':
				extended = new Map([...extended, ...decodePax(await takeExtended(source, basic.sizeBytes))]);
				continue;
			case 'L':
				extended = new Map([...extended, ['path', untilNul(await takeExtended(source, basic.sizeBytes))]]);
				continue;
			case 'K':
				extended = new Map([...extended, ['linkpath', untilNul(await takeExtended(source, basic.sizeBytes))]]);
				continue;
		}
		const entry = complete(basic, new Map([...global, ...extended]));
		extended = new Map();
		const content = source.content(entry.sizeBytes);
		yield {entry, content};
		// What the reader left, and the filling up to the next block.
		for await (const _ of content);
		await source.skip((BLOCK_BYTES - (entry.sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
	}
}

/** A header as it stands, before extended headers override it. */
interface BasicEntry extends Omit<TarEntry, 'kind' | 'xattrs'> {
	readonly flag: string;
}

type PaxRecords = ReadonlyMap<string, Buffer>;

function decodeHeader(header: Buffer): BasicEntry {
	const stated = octal(header, 148, 8, 'checksum');
	const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
	if (sum !== stated) throw new Error('not a tar, or a damaged one: a header has a wrong checksum');
	const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
	const prefix = isUstar ? text(header, 345, 155) : '';
	const name = text(header, 0, 100);
	const flag = header.toString('latin1', 156, 157);
	return {
		// Old tars have no flags: NUL is a file, and a slash at the end says directory.
		flag: flag === '\0' || flag === '7' || flag === '0' ? (name.endsWith('/') ? '5' : '0') : flag,
		path: prefix === '' ? name : `${prefix}/${name}`,
		linkPath: text(header, 157, 100),
		mode: octal(header, 100, 8, 'mode') & 0o7777,
		uid: octal(header, 108, 8, 'uid'),
		gid: octal(header, 116, 8, 'gid'),
		sizeBytes: octal(header, 124, 12, 'size'),
		mtimeSeconds: octal(header, 136, 12, 'mtime'),
		major: octal(header, 329, 8, 'device number'),
		minor: octal(header, 337, 8, 'device number'),
	};
}

function complete(basic: BasicEntry, pax: PaxRecords): TarEntry {
	const kind = kindByFlag.get(basic.flag);
	const path = pax.get('path')?.toString() ?? basic.path;
	const isSparse = basic.flag === 'S' || [...pax.keys()].some(key => key.startsWith('GNU.sparse.'));
	if (isSparse) throw new Error(`${path}: sparse files in a tar are not supported; make it without --sparse`);
	if (kind === undefined) throw new Error(`${path}: a tar entry of the unknown kind ${JSON.stringify(basic.flag)}`);
	const {flag: _, ...rest} = basic;
	return {
		...rest,
		kind,
		path,
		linkPath: pax.get('linkpath')?.toString() ?? basic.linkPath,
		uid: paxNumber(pax, 'uid') ?? basic.uid,
		gid: paxNumber(pax, 'gid') ?? basic.gid,
		// Only files have content; a size on anything else, as some writers give links, counts for nothing.
		sizeBytes: kind === 'file' ? wholeNumber(paxNumber(pax, 'size') ?? basic.sizeBytes, 'size') : 0,
		mtimeSeconds: paxNumber(pax, 'mtime') ?? basic.mtimeSeconds,
		xattrs: new Map(
			[...pax]
				.filter(([key]) => key.startsWith(XATTR_PREFIX))
				.map(([key, value]) => [key.slice(XATTR_PREFIX.length), value]),
		),
	};
}

async function takeExtended(source: ByteSource, sizeBytes: number): Promise<Buffer> {
	if (sizeBytes > MOST_EXTENDED_BYTES) throw new Error(`a tar header of ${sizeBytes} bytes: that is no honest tar`);
	const body = await source.take(sizeBytes);
	await source.skip((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
	return body;
}

/** Splits records: `LENGTH KEY=VALUE\n`. Values are bytes. */
export function decodePax(body: Buffer): PaxRecords {
	const records = new Map<string, Buffer>();
	for (let start = 0; start < body.length; ) {
		const space = body.indexOf(0x20, start);
		const digits = body.toString('latin1', start, space);
		const end = start + Number(digits);
		const equals = body.indexOf(0x3d, space);
		const isWhole = /^[1-9]\d{0,8}$/.test(digits) && end <= body.length && body[end - 1] === 0x0a;
		if (space < 0 || !isWhole || equals < 0 || equals >= end) throw new Error('a tar has a damaged PAX header');
		records.set(body.toString('utf8', space + 1, equals), body.subarray(equals + 1, end - 1));
		start = end;
	}
	return records;
}

function paxNumber(pax: PaxRecords, key: string): number | undefined {
	const value = pax.get(key)?.toString();
	if (value === undefined || value === '') return undefined;
	const number = Number(value);
	if (!/^-?\d+(\.\d*)?$/.test(value) || !Number.isFinite(number)) throw new Error(`a tar says ${key} ${value}`);
	return number;
}

function wholeNumber(value: number, what: string): number {
	if (!Number.isSafeInteger(value) || value < 0) throw new Error(`a tar header with a ${what} of ${value}`);
	return value;
}

function octal(header: Buffer, offset: number, bytes: number, what: string): number {
	const field = header.subarray(offset, offset + bytes);
	// GNU's form for large numbers: the first bit set, the rest binary. Negative ones (0xff) are times before 1970.
	if (field[0]! === 0x80) return wholeNumber(binary(field.subarray(1)), what);
	if (field[0]! === 0xff && what === 'mtime') return 0;
	const digits = field
		.toString('latin1')
		.replace(/[\0 ]+$/, '')
		.replace(/^[\0 ]+/, '');
	if (!/^[0-7]*$/.test(digits)) throw new Error(`not a tar, or a damaged one: a header with the ${what} ${digits}`);
	return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function binary(bytes: Buffer): number {
	return bytes.reduce((total, byte) => total * 256 + byte, 0);
}

function text(header: Buffer, offset: number, bytes: number): string {
	return untilNul(header.subarray(offset, offset + bytes)).toString();
}

function untilNul(bytes: Buffer): Buffer {
	const end = bytes.indexOf(0);
	return end < 0 ? bytes : bytes.subarray(0, end);
}
