/**
 * Unpacking: files from somebody who may be an enemy, into a folder that they never leave.
 *
 * What arrives has its own name when it is whole, and not before: a copy that was cut short is none. In a folder that was
 * there that goes for each thing by itself.
 * @module
 */
import {closeSync, constants, fchmodSync, lstatSync, openSync, symlinkSync, writeSync} from 'node:fs';
import {basename, dirname, isAbsolute, join, normalize, resolve} from 'node:path';
import {Arrival} from './arrival.ts';
import {told} from './file-error.ts';
import {bytesOf} from './file-name.ts';
import {WireError} from './frame-reader.ts';
import {decodeMessage} from './messages.ts';
import {type Entry, pieces} from './parcel.ts';

export interface UnpackOptions {
	/** Whether files may take the place of others, and folders that are there be filled up. Otherwise nothing may be there. */
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
 * @throws {WireError} if it is no parcel or a name in it would leave the folder; `ENOSPC` and others of the disk's;
 *   {Error} if it is larger than it may be, or something is in its place.
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
	}
}

class Unpacking {
	readonly #target: string;
	readonly #options: UnpackOptions;
	/** Folders that were there already, and stay as they were. */
	readonly #standing = new Set<string>();
	readonly #leftOut: string[] = [];
	#arrival: Arrival | undefined;
	/** The file that is being written, and its place. */
	#file: {readonly fd: number; readonly place: string} | undefined;
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
		else this.#close();
	}

	finish(): readonly string[] {
		if (this.#file !== undefined || this.#entries === 0) throw new WireError('a parcel is cut off');
		this.#arrival?.land();
		return this.#leftOut;
	}

	giveUp(): void {
		this.#close();
		this.#arrival?.giveUp();
	}

	#begin(entry: Entry): void {
		if (++this.#entries > this.#options.mostEntries) {
			throw new Error(`${this.#target}: more than the ${this.#options.mostEntries} files that may be copied at once`);
		}
		const place = this.#placeOf(entry);
		const folder = this.#arrival?.folder(dirname(place));
		if (folder !== undefined) {
			if (this.#isTaken(entry)) this.#make(entry, place, join(folder, basename(place)));
			return;
		}
		// Nothing more can come of what was arriving.
		this.#arrival?.land();
		this.#arrival = undefined;
		if (entry.kind === 'directory' && this.#options.replace && isFolder(place)) {
			this.#standing.add(place);
		} else if (this.#isTaken(entry)) {
			const expected = {isFolder: entry.kind === 'directory', mayReplace: this.#options.replace};
			this.#arrival = new Arrival(place, expected);
			this.#make(entry, place, this.#arrival.draft);
		}
	}

	/** Where an entry goes: the directory that it is to be in must be one, and no link to one. */
	#placeOf({path}: Entry): string {
		if (path === '') {
			if (this.#entries > 1) throw new WireError('a parcel has two beginnings');
			return this.#target;
		}
		const place = join(this.#target, path);
		const above = dirname(place);
		if (this.#standing.has(above) || this.#arrival?.folder(above) !== undefined) return place;
		throw new WireError(`a file in no folder: ${JSON.stringify(path)}`);
	}

	#make({kind, mode, target = ''}: Entry, place: string, draft: string): void {
		const kept = mode & this.#options.modes;
		if (kind === 'directory') {
			this.#arrival?.makeFolder(place, draft, kept);
		} else if (kind === 'link') {
			told(place, () => symlinkSync(bytesOf(target), bytesOf(draft)));
		} else {
			this.#file = {fd: told(place, () => openSync(bytesOf(draft), newFile, 0o600)), place};
			// The mask of this process has its say at open(2), and none here.
			fchmodSync(this.#file.fd, kept);
		}
	}

	/** Whether it is not left out. */
	#isTaken(entry: Entry): boolean {
		const isTaken = entry.kind === 'link' ? this.#mayLink(entry) : entry.kind !== 'other';
		if (!isTaken) this.#leftOut.push(entry.path);
		return isTaken;
	}

	#mayLink({path, target = ''}: Entry): boolean {
		if (this.#options.anyLinks) return true;
		const leadsTo = normalize(join(dirname(path), target));
		return path !== '' && !isAbsolute(target) && leadsTo !== '..' && !leadsTo.startsWith('../');
	}

	#close(): void {
		if (this.#file !== undefined) closeSync(this.#file.fd);
		this.#file = undefined;
	}
}

function isFolder(path: string): boolean {
	return lstatSync(bytesOf(path), {throwIfNoEntry: false})?.isDirectory() ?? false;
}

/** A file that was not there: O_EXCL follows no link either. */
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

function writeWhole({fd, place}: {readonly fd: number; readonly place: string}, bytes: Buffer): void {
	for (let at = 0; at < bytes.length; ) at += told(place, () => writeSync(fd, bytes, at));
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
