/**
 * The memory that a machine has changed since it was restored, and putting it back into another.
 *
 *     template's file  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁    mapped by every machine, never written
 *     this machine        ▓▓      ▓ ▓▓▓       ▓    its own copies of the pages that it wrote
 *
 * A restored machine maps its template's memory privately: the kernel copies a page when it is written first, and tells
 * in /proc/PID/pagemap which ones it has copied. So a snapshot costs what was changed, and not 512 MB; and restoring is
 * writing those pages into the memory of a fresh process, from outside, before it runs.
 *
 * Source: proc(5) on /proc/PID/pagemap and /proc/PID/mem; the kernel's admin-guide/mm/pagemap.rst.
 * @module
 */
import {closeSync, openSync, readSync, writeSync} from 'node:fs';
import {isErrno} from '#kernel/error';
import {readKernelFile} from '#kernel/file';

/** Pages beside each other. Numbers of pages of the machine's memory, from 0. */
export interface Run {
	readonly first: number;
	readonly count: number;
}

/** A guest for x86-64 runs on hosts of that kind alone, whose pages have this size. */
export const pageBytes = 4096;

/**
 * Writes the pages that process `pid` has changed of the file `ram`, which it maps privately, into the file `path`.
 * The process must stand still.
 *
 * @returns how many bytes of memory that was.
 * @throws {Error} if this process may not look into that one.
 */
export function savePages(pid: number, ram: string, path: string): number {
	const runs = readMappings(pid, ram).flatMap(mapping => changedRuns(pid, mapping));
	const head = encodeHead(runs);
	using file = opened(path, 'wx');
	using memory = openMemory(pid, 'r');
	writeAll(file.fd, head, 0);
	let position = head.length;
	const piece = Buffer.allocUnsafe(pieceBytes);
	const places = addressesIn(readMappings(pid, ram));
	for (const {first, count} of runs) {
		for (let done = 0; done < count * pageBytes; done += pieceBytes) {
			const part = piece.subarray(0, Math.min(pieceBytes, count * pageBytes - done));
			readAll(memory.fd, part, places(first + done / pageBytes));
			writeAll(file.fd, part, position);
			position += part.length;
		}
	}
	return position - head.length;
}

/**
 * Puts the pages from the file `path` into the memory of process `pid`, over those of `ram`.
 *
 * @throws {Error} if the file was cut short.
 */
export function loadPages(pid: number, ram: string, path: string): void {
	using file = opened(path, 'r');
	using memory = openMemory(pid, 'r+');
	const places = addressesIn(readMappings(pid, ram));
	const {runs, headBytes} = readHead(file.fd);
	let position = headBytes;
	const piece = Buffer.allocUnsafe(pieceBytes);
	for (const {first, count} of runs) {
		for (let done = 0; done < count * pageBytes; done += pieceBytes) {
			const part = piece.subarray(0, Math.min(pieceBytes, count * pageBytes - done));
			readAll(file.fd, part, position);
			writeAll(memory.fd, part, places(first + done / pageBytes));
			position += part.length;
		}
	}
}

/** A piece of the file's that a process maps. */
export interface Mapping {
	readonly address: number;
	/** The page of the file at that address. */
	readonly firstPage: number;
	readonly pages: number;
}

/** Finds where a process maps a file, in a text like /proc/PID/maps. */
export function parseMappings(maps: string, path: string): readonly Mapping[] {
	return maps.split('\n').flatMap(line => {
		const found = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+ +(.*?)( \(deleted\))?$/.exec(line);
		if (found === null || found[4] !== path) return [];
		const [start, end, offset] = [found[1], found[2], found[3]].map(text => Number.parseInt(text!, 16));
		return [{address: start!, firstPage: offset! / pageBytes, pages: (end! - start!) / pageBytes}];
	});
}

/**
 * Reads the entries of a page map, each in two halves: a page is the process's own if it is in memory or swapped out, and not the file's.
 *
 * Unchanged pages between two runs are taken along where that is cheaper than two calls.
 */
export function findChanged(entries: Uint32Array, firstPage: number): readonly Run[] {
	const runs: Run[] = [];
	let start = -1;
	let last = -1;
	for (let index = 0; index < entries.length / 2; index++) {
		// Bits 63 (present), 62 (swapped) and 61 (of a file) are the upper three of an entry's upper half.
		const bits = entries[2 * index + 1]! >>> 29;
		if ((bits & 0b110) === 0 || (bits & 0b001) !== 0) continue;
		if (start !== -1 && index - last > mostTakenAlong) {
			runs.push({first: firstPage + start, count: last - start + 1});
			start = -1;
		}
		if (start === -1) start = index;
		last = index;
	}
	if (start !== -1) runs.push({first: firstPage + start, count: last - start + 1});
	return runs;
}

const mostTakenAlong = 4;
const pieceBytes = 1024 * 1024;

function readMappings(pid: number, ram: string): readonly Mapping[] {
	const mappings = parseMappings(readKernelFile(`/proc/${pid}/maps`), ram);
	if (mappings.length === 0) throw new Error(`process ${pid} has no memory of ${ram}`);
	return mappings;
}

function changedRuns(pid: number, {address, firstPage, pages}: Mapping): readonly Run[] {
	using pagemap = opened(`/proc/${pid}/pagemap`, 'r');
	const entries = Buffer.alloc(8 * pages);
	readAll(pagemap.fd, entries, (address / pageBytes) * 8);
	return findChanged(new Uint32Array(entries.buffer, entries.byteOffset, 2 * pages), firstPage);
}

/** From a page of the file to its address in the process. */
function addressesIn(mappings: readonly Mapping[]): (page: number) => number {
	return page => {
		const mapping = mappings.find(({firstPage, pages}) => page >= firstPage && page < firstPage + pages);
		if (mapping === undefined) throw new Error(`the saved memory has a page ${page}, and the machine has not`);
		return mapping.address + (page - mapping.firstPage) * pageBytes;
	};
}

/** How many runs, then each one's first page and count. */
function encodeHead(runs: readonly Run[]): Buffer {
	const numbers = new Uint32Array([runs.length, ...runs.flatMap(({first, count}) => [first, count])]);
	return Buffer.from(numbers.buffer);
}

function readHead(fd: number): {readonly runs: readonly Run[]; readonly headBytes: number} {
	const length = Buffer.alloc(4);
	readAll(fd, length, 0);
	const body = Buffer.alloc(8 * length.readUInt32LE());
	readAll(fd, body, 4);
	const runs: Run[] = [];
	for (let at = 0; at < body.length; at += 8) {
		runs.push({first: body.readUInt32LE(at), count: body.readUInt32LE(at + 4)});
	}
	return {runs, headBytes: 4 + body.length};
}

function openMemory(pid: number, flags: 'r' | 'r+'): ReturnType<typeof opened> {
	try {
		return opened(`/proc/${pid}/mem`, flags);
	} catch (error) {
		if (!isErrno(error, 'EACCES', 'EPERM')) throw error;
		const how = 'the program that started the machine may, and root may';
		throw new Error(`this process may not look into the machine’s memory: ${how}`, {cause: error});
	}
}

function opened(path: string, flags: string): {readonly fd: number; [Symbol.dispose](): void} {
	const fd = openSync(path, flags, 0o600);
	return {fd, [Symbol.dispose]: () => closeSync(fd)};
}

function readAll(fd: number, buffer: Buffer, position: number): void {
	for (let done = 0; done < buffer.length; ) {
		const count = readSync(fd, buffer, done, buffer.length - done, position + done);
		if (count === 0) throw new Error('a saved machine’s memory was cut short');
		done += count;
	}
}

function writeAll(fd: number, buffer: Buffer, position: number): void {
	for (let done = 0; done < buffer.length; ) {
		done += writeSync(fd, buffer, done, buffer.length - done, position + done);
	}
}
