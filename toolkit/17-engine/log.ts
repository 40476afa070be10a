/**
 * A container's log: what it wrote, by line, with the stream and the time. One JSON document a line, as docker's
 * `json-file` driver has it.
 *
 * Source: docs.docker.com, "JSON File logging driver".
 * @module
 */
import {closeSync, existsSync, openSync, readSync, watch, writeSync} from 'node:fs';
import {join} from 'node:path';
import {StringDecoder} from 'node:string_decoder';
import {containerData} from '#engine/directories';
import {tolerate} from '#kernel/error';

/** Which of its two streams a program wrote to. */
export type StreamName = 'stdout' | 'stderr';

/** One entry of a log. */
export interface LogEntry {
	/** A line with its newline, or a part of a line that is longer than 16 KiB. */
	readonly log: string;
	readonly stream: StreamName;
	/** RFC 3339 with nanoseconds. */
	readonly time: string;
}

/** A longer line is told in parts, so that nobody has to keep more than this of one. */
const longestPart = 16384;

/** The path of a container's log. */
export function logPath(id: string): string {
	return join(containerData(id), `${id}-json.log`);
}

/** Writes a container's log while it runs. */
export class LogWriter {
	readonly #fd: number;
	readonly #unfinished: Record<StreamName, {readonly decoder: StringDecoder; text: string}> = {
		stdout: {decoder: new StringDecoder('utf8'), text: ''},
		stderr: {decoder: new StringDecoder('utf8'), text: ''},
	};

	constructor(id: string) {
		this.#fd = openSync(logPath(id), 'a', 0o600);
	}

	/** Takes what a stream brought. Complete lines are written at once. */
	write(stream: StreamName, data: Uint8Array): void {
		const pending = this.#unfinished[stream];
		const text = pending.text + pending.decoder.write(data);
		const time = timestamp();
		let entries = '';
		let start = 0;
		for (;;) {
			const newline = text.indexOf('\n', start);
			const end = newline >= 0 ? Math.min(newline + 1, start + longestPart) : start + longestPart;
			if (newline < 0 && text.length - start < longestPart) break;
			entries += entryLine(text.slice(start, end), stream, time);
			start = end;
		}
		pending.text = text.slice(start);
		if (entries !== '') this.#append(entries);
	}

	/** Writes what is left of unfinished lines, and ends the log. */
	close(): void {
		for (const stream of ['stdout', 'stderr'] as const) {
			const {text, decoder} = this.#unfinished[stream];
			const rest = text + decoder.end();
			if (rest !== '') this.#append(entryLine(rest, stream, timestamp()));
		}
		closeSync(this.#fd);
	}

	/** A full disk must not stop the container: what it writes then is passed on to whoever watches, and not kept. */
	#append(entries: string): void {
		tolerate(['ENOSPC', 'EDQUOT'], () => writeSync(this.#fd, entries));
	}
}

/** Which part of a log to read. */
export interface LogOptions {
	/** The last so many lines; all without it. */
	readonly tail?: number | undefined;
	/** Entries from this moment on, and until that one: milliseconds. */
	readonly since?: number | undefined;
	readonly until?: number | undefined;
	/** Keeps waiting for more until `signal` ends it or `isOver` says that no more will come. */
	readonly follow?: {readonly isOver: () => boolean; readonly signal?: AbortSignal} | undefined;
}

/** Reads a container's log, entry by entry. */
export async function* readLog(id: string, {tail, since, until, follow}: LogOptions = {}): AsyncGenerator<LogEntry> {
	if (!existsSync(logPath(id))) return;
	const reader = new LogReader(id);
	try {
		const wanted = (entry: LogEntry): boolean => {
			const moment = Date.parse(entry.time);
			return (since === undefined || moment >= since) && (until === undefined || moment <= until);
		};
		const first = reader.read().filter(wanted);
		yield* tail === undefined ? first : lastLines(first, tail);
		while (follow !== undefined && follow.signal?.aborted !== true) {
			// Asked before reading: what is written in between is read in this round.
			const over = follow.isOver();
			yield* reader.read().filter(wanted);
			if (over) return;
			await reader.changed(follow.signal);
		}
	} finally {
		reader.close();
	}
}

/** Reads a growing log. */
class LogReader {
	readonly #path: string;
	readonly #fd: number;
	#unread = '';
	readonly #decoder = new StringDecoder('utf8');

	constructor(id: string) {
		this.#path = logPath(id);
		this.#fd = openSync(this.#path, 'r');
	}

	/** What was added since the last time. An entry that is being written is left for the next time. */
	read(): readonly LogEntry[] {
		const chunk = Buffer.alloc(65536);
		for (let length = readSync(this.#fd, chunk); length > 0; length = readSync(this.#fd, chunk)) {
			this.#unread += this.#decoder.write(chunk.subarray(0, length));
		}
		const lines = this.#unread.split('\n');
		this.#unread = lines.pop() ?? '';
		return lines.flatMap(parseEntry);
	}

	/** Waits until the log has grown, a short while at most: the container's end makes it grow no more. */
	changed(signal: AbortSignal | undefined): Promise<void> {
		return new Promise(resolve => {
			const done = (): void => {
				clearTimeout(timer);
				watcher.close();
				resolve();
			};
			const watcher = watch(this.#path, done);
			const timer = setTimeout(done, 100);
			signal?.addEventListener('abort', done, {once: true});
		});
	}

	close(): void {
		closeSync(this.#fd);
	}
}

/** A damaged line, cut by a full disk, is passed over. */
function parseEntry(line: string): readonly LogEntry[] {
	try {
		const entry = JSON.parse(line) as LogEntry;
		return typeof entry.log === 'string' ? [entry] : [];
	} catch {
		return [];
	}
}

function lastLines(entries: readonly LogEntry[], count: number): readonly LogEntry[] {
	let start = entries.length;
	for (let lines = 0; start > 0; start--) {
		// An entry ends a line if it ends with a newline, or if nothing follows.
		if (entries[start - 1]!.log.endsWith('\n') || start === entries.length) lines++;
		if (lines > count) break;
	}
	return entries.slice(start);
}

function entryLine(log: string, stream: StreamName, time: string): string {
	return `${JSON.stringify({log, stream, time})}\n`;
}

/** Now, with the nanoseconds that docker writes; the last six digits are beyond JavaScript's clock, and zeros. */
function timestamp(): string {
	return new Date().toISOString().replace('Z', '000000Z');
}
