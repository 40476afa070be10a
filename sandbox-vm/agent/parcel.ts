/**
 * Parcels: a file or a folder as one stream of bytes, packed on one side of the wire and unpacked on the other.
 *
 *     ┌───────────────┐┌──────────┐┌─────┐┌───┐┌───────────────┐
 *     │ {path, mode…} ││ contents ││ …   ││ 0 ││ {path, mode…} │ …      each with its length before it, 4 bytes
 *     └───────────────┘└──────────┘└─────┘└───┘└───────────────┘
 *
 * The size of a file isn't told beforehand: it may grow or shrink while it is read, so its contents end with an empty piece.
 *
 * The surprise: it is the links that make unpacking dangerous. `a` may be a link to /etc, and `a/passwd` the next
 * entry. So nothing is put below anything but directories that were made, or looked at, here.
 * @module
 */
import {
	closeSync,
	constants,
	fstatSync,
	lstatSync,
	openSync,
	readdirSync,
	readlinkSync,
	readSync,
	statSync,
} from 'node:fs';
import {basename, join} from 'node:path';
import {WireError} from './frame-reader.ts';

/** What stands before each thing in a parcel. */
export interface Entry {
	/** Below the folder that is packed; '' is what is packed itself. */
	readonly path: string;
	readonly kind: 'file' | 'directory' | 'link' | 'other';
	readonly mode: number;
	/** Where a link leads. */
	readonly target?: string;
}

/** The longest piece that is taken: more than this packs at once, and than a header of two paths. */
export const mostPieceBytes = 65_536;

/**
 * Packs what is at `path`. A link there is followed; below, links are packed as links.
 *
 * @throws `ENOENT`, `EACCES`, if it can't be read.
 */
export function* pack(path: string): Generator<Buffer> {
	yield* packEntry(path, '', statSync(path));
}

function* packEntry(path: string, name: string, stat: ReturnType<typeof lstatSync> & object): Generator<Buffer> {
	const mode = Number(stat.mode) & 0o7777;
	if (stat.isDirectory()) {
		yield* header({path: name, kind: 'directory', mode});
		for (const child of readdirSync(path).sort()) {
			const inside = join(path, child);
			const found = lstatSync(inside, {throwIfNoEntry: false});
			// Gone since it was listed.
			if (found !== undefined) yield* packEntry(inside, name === '' ? child : `${name}/${child}`, found);
		}
	} else if (stat.isSymbolicLink()) {
		yield* header({path: name, kind: 'link', mode, target: readlinkSync(path)});
	} else if (stat.isFile()) {
		yield* packFile(path, {path: name, kind: 'file', mode});
	} else {
		yield* header({path: name, kind: 'other', mode});
	}
}

function* packFile(path: string, entry: Entry): Generator<Buffer> {
	// Somebody may put a pipe in its place meanwhile: that would block, were it not for O_NONBLOCK.
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		if (!fstatSync(fd).isFile()) throw new Error(`${basename(path)} was a file and is none any more`);
		yield* header(entry);
		for (;;) {
			const piece = Buffer.allocUnsafe(mostPieceBytes);
			const bytes = readSync(fd, piece);
			yield* framed(piece.subarray(0, bytes));
			if (bytes === 0) return;
		}
	} finally {
		closeSync(fd);
	}
}

function* header(entry: Entry): Generator<Buffer> {
	yield* framed(Buffer.from(JSON.stringify(entry)));
}

function* framed(piece: Buffer): Generator<Buffer> {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(piece.length);
	yield length;
	if (piece.length > 0) yield piece;
}

/** Reads a parcel piece by piece. @throws {WireError} if it is none, or is cut off. */
export async function* pieces(parcel: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
	let waiting: Uint8Array[] = [];
	let waitingBytes = 0;
	let neededBytes = 4;
	for await (const bytes of parcel) {
		waiting.push(bytes);
		waitingBytes += bytes.length;
		if (waitingBytes < neededBytes) continue;
		let rest = Buffer.concat(waiting);
		for (;;) {
			neededBytes = rest.length < 4 ? 4 : 4 + rest.readUInt32BE();
			if (neededBytes > 4 + mostPieceBytes) throw new WireError(`a parcel’s piece of ${neededBytes - 4} bytes`);
			if (rest.length < neededBytes) break;
			yield rest.subarray(4, neededBytes);
			rest = rest.subarray(neededBytes);
		}
		waiting = [rest];
		waitingBytes = rest.length;
	}
	if (waitingBytes > 0) throw new WireError('a parcel is cut off');
}
