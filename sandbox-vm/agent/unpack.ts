/**
 * Unpacking: files from somebody who may be an enemy, into a folder that they never leave.
 * @module
 */
import {
	chmodSync,
	closeSync,
	constants,
	fchmodSync,
	lstatSync,
	mkdirSync,
	openSync,
	rmSync,
	symlinkSync,
	writeSync,
} from 'node:fs';
import {dirname, isAbsolute, join, normalize, resolve} from 'node:path';
import {WireError} from './frame-reader.ts';
import {decodeMessage} from './messages.ts';
import {type Entry, pieces} from './parcel.ts';

export interface UnpackOptions {
	/** Whether files may take the place of others, and folders be filled up. Otherwise nothing may be there. */
	readonly replace: boolean;
	/** Whether links may lead anywhere. Otherwise those that lead out of the folder are left out. */
	readonly anyLinks: boolean;
	/** The bits of modes that are kept. */
	readonly modes: number;
	readonly mostBytes: number;
	readonly mostEntries: number;
}

/**
 * Unpacks a parcel as `target`.
 *
 * @returns the paths of what was left out: links that lead out of the folder, devices, pipes and sockets.
 * @throws {WireError} if it is no parcel or a name in it would leave the folder; `EEXIST`, `ENOSPC` and others of the disk's;
 *   {Error} if it is larger than it may be.
 */
export async function unpack(
	parcel: AsyncIterable<Uint8Array>,
	target: string,
	options: UnpackOptions,
): Promise<readonly string[]> {
	const unpacking = new Unpacking(target, options);
	try {
		for await (const piece of pieces(parcel)) unpacking.take(piece);
		return unpacking.finish();
	} catch (error) {
		unpacking.giveUp();
		throw error;
	} finally {
		unpacking.close();
	}
}

class Unpacking {
	readonly #target: string;
	readonly #options: UnpackOptions;
	/** Directories that entries may be put into, with the modes that they get in the end. */
	readonly #directories = new Map<string, number>();
	readonly #leftOut: string[] = [];
	#file: number | undefined;
	#entries = 0;
	#bytes = 0;

	constructor(target: string, options: UnpackOptions) {
		this.#target = resolve(target);
		this.#options = options;
	}

	take(piece: Buffer): void {
		this.#bytes += piece.length;
		if (this.#bytes > this.#options.mostBytes) {
			throw new Error(`${this.#target}: more than the ${this.#options.mostBytes} bytes that may be copied at once`);
		}
		if (this.#file === undefined) this.#begin(asEntry(decodeMessage(piece)));
		else if (piece.length > 0) writeWhole(this.#file, piece);
		else this.close();
	}

	/** Directories get their modes last: one that may not be written to could not have been filled. */
	finish(): readonly string[] {
		if (this.#file !== undefined || this.#entries === 0) throw new WireError('a parcel is cut off');
		for (const [path, mode] of [...this.#directories].reverse()) chmodSync(path, mode);
		return this.#leftOut;
	}

	/** Half a copy is worse than none, but what was there before stays. */
	giveUp(): void {
		if (!this.#options.replace && this.#directories.has(this.#target))
			rmSync(this.#target, {recursive: true, force: true});
	}

	close(): void {
		if (this.#file !== undefined) closeSync(this.#file);
		this.#file = undefined;
	}

	#begin(entry: Entry): void {
		if (++this.#entries > this.#options.mostEntries) {
			throw new Error(`${this.#target}: more than the ${this.#options.mostEntries} files that may be copied at once`);
		}
		const path = this.#pathOf(entry);
		const mode = entry.mode & this.#options.modes;
		if (entry.kind === 'directory') {
			this.#makeDirectory(path, mode);
		} else if (entry.kind === 'file') {
			this.#makeRoom(path);
			this.#file = openSync(path, newFile, 0o600);
			// The mask of this process has its say at open(2), and none here.
			fchmodSync(this.#file, mode);
		} else if (entry.kind === 'link' && this.#mayLink(entry)) {
			this.#makeRoom(path);
			symlinkSync(entry.target ?? '', path);
		} else {
			this.#leftOut.push(entry.path);
		}
	}

	/** Where an entry goes: the directory that it is to be in must be one, and no link to one. */
	#pathOf({path}: Entry): string {
		if (path === '') {
			if (this.#entries > 1) throw new WireError('a parcel has two beginnings');
			return this.#target;
		}
		const whole = join(this.#target, path);
		if (!this.#directories.has(dirname(whole))) throw new WireError(`a file in no folder: ${JSON.stringify(path)}`);
		return whole;
	}

	#makeDirectory(path: string, mode: number): void {
		const found = lstatSync(path, {throwIfNoEntry: false});
		if (found === undefined || !this.#options.replace) mkdirSync(path, 0o700);
		else if (!found.isDirectory()) throw new Error(`${path} is there and is no folder`);
		this.#directories.set(path, mode);
	}

	#makeRoom(path: string): void {
		const found = lstatSync(path, {throwIfNoEntry: false});
		if (found !== undefined && this.#options.replace && !found.isDirectory()) rmSync(path);
	}

	#mayLink({path, target = ''}: Entry): boolean {
		if (this.#options.anyLinks) return true;
		const leadsTo = normalize(join(dirname(path), target));
		return path !== '' && !isAbsolute(target) && leadsTo !== '..' && !leadsTo.startsWith('../');
	}
}

/** A file that was not there: O_EXCL follows no link either. */
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

function writeWhole(fd: number, bytes: Buffer): void {
	for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function asEntry(message: unknown): Entry {
	const {path, kind, mode, target} = (message ?? {}) as Readonly<Record<string, unknown>>;
	const isKind = kind === 'file' || kind === 'directory' || kind === 'link' || kind === 'other';
	if (typeof path !== 'string' || !isKind || typeof mode !== 'number' || !staysInside(path)) {
		throw new WireError(`a parcel’s entry that is none: ${JSON.stringify(message)?.slice(0, 200)}`);
	}
	if (kind !== 'link') return {path, kind, mode};
	if (typeof target !== 'string' || target === '' || target.includes('\0')) throw new WireError('a link to nowhere');
	return {path, kind, mode, target};
}

function staysInside(path: string): boolean {
	return (
		path === '' || path.split('/').every(name => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))
	);
}
