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
import {join} from 'node:path';
import {ExplainedError} from '#words/explained-error';
import {told} from './file-error.ts';
import {bytesOf, nameOf} from './file-name.ts';
import {WireError} from './frame-reader.ts';

/** What stands before each thing in a parcel. */
export interface Entry {
	/** Below the folder that is packed; '' is what is packed itself. As `nameOf` has it. */
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
 * @param onLeftOut called for each thing that a parcel can't hold: a device, a pipe, a socket.
 * @throws {ExplainedError} if nothing is there; `EACCES` and others, with the file's name, if something can't be read.
 */
export function* pack(path: string, onLeftOut: (path: string) => void = () => {}): Generator<Buffer> {
	const stat = statSync(path, {throwIfNoEntry: false});
	if (stat === undefined) {
		const text = {en: `${path}: there is no such file or folder`, zh: `${path}：没有这个文件或文件夹`};
		throw new ExplainedError(text);
	}
	yield* packEntry(path, '', stat, onLeftOut);
}

function* packEntry(
	path: string,
	name: string,
	stat: ReturnType<typeof lstatSync> & object,
	onLeftOut: (path: string) => void,
): Generator<Buffer> {
	const mode = Number(stat.mode) & 0o7777;
	if (stat.isDirectory()) {
		yield* header({path: name, kind: 'directory', mode});
		for (const child of readdirSync(bytesOf(path), 'buffer').map(nameOf).sort()) {
			const inside = join(path, child);
			const found = lstatSync(bytesOf(inside), {throwIfNoEntry: false});
			// Gone since it was listed.
			if (found !== undefined) yield* packEntry(inside, name === '' ? child : `${name}/${child}`, found, onLeftOut);
		}
	} else if (stat.isSymbolicLink()) {
		const target = nameOf(readlinkSync(bytesOf(path), 'buffer'));
		yield* header({path: name, kind: 'link', mode, target});
	} else if (stat.isFile()) {
		yield* packFile(path, {path: name, kind: 'file', mode});
	} else {
		onLeftOut(name);
		yield* header({path: name, kind: 'other', mode});
	}
}

function* packFile(path: string, entry: Entry): Generator<Buffer> {
	// Somebody may put a pipe in its place meanwhile: that would block, were it not for O_NONBLOCK.
	const fd = openSync(bytesOf(path), constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		if (!fstatSync(fd).isFile()) throw new Error(`${path} was a file and is none any more`);
		yield* header(entry);
		for (;;) {
			const piece = Buffer.allocUnsafe(mostPieceBytes);
			const bytes = told(path, () => readSync(fd, piece));
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
