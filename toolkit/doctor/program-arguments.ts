/**
 * How much a process wants to hand to a new program, read from its own memory while it stands at its execve.
 *
 * Sources: execve(2) "Limits on size of arguments and environment", proc_pid_syscall(5).
 * @module
 */
import {readMemory} from '#kernel/process-memory';
import {callName} from '#narrate/deeds';
import {firstLine} from './look.ts';

/** The arguments and variables of an execve, measured. */
export interface ProgramArguments {
	/** How many strings there are. */
	readonly count: number;
	/** The longest, with the zero byte at its end. */
	readonly longest: number;
	/** All of them, each with its zero byte and its address. */
	readonly bytes: number;
}

const ADDRESS = 8;
const PAGE = 4096;
const MOST_STRINGS = 2_000_000;
const MOST_PAGES = 16_384;
const MOST_BYTES = 8 << 20;

/** Measures them. @returns undefined for a process that isn't in an execve. @throws {KernelError} if we may not look. */
export function argumentsOf(pid: number): ProgramArguments | undefined {
	const [number, ...registers] = (firstLine(`/proc/${pid}/syscall`)?.text ?? '').split(' ');
	const call = callName(Number(number));
	const at = call === 'execve' ? 1 : call === 'execveat' ? 2 : undefined;
	if (at === undefined) return undefined;
	const memory = new Memory(pid);
	let [count, longest, bytes] = [0, 0, 0];
	for (const list of [registers[at], registers[at + 1]]) {
		for (let place = BigInt(list ?? 0); place !== 0n && count < MOST_STRINGS; place += BigInt(ADDRESS)) {
			const string = memory.address(place);
			if (string === 0n) break;
			const length = memory.lengthOf(string);
			count++;
			longest = Math.max(longest, length);
			bytes += length + ADDRESS;
		}
	}
	return {count, longest, bytes};
}

/** Reads page by page: what lies behind may not be there. */
class Memory {
	readonly #pid: number;
	/** Addresses lie in one place and what they point to in another: a page is asked for many times. */
	readonly #pages = new Map<bigint, Buffer>();

	constructor(pid: number) {
		this.#pid = pid;
	}

	address(at: bigint): bigint {
		return this.#from(at).readBigUInt64LE(0);
	}

	/** With the zero byte at the end. */
	lengthOf(at: bigint): number {
		for (let length = 0; ; ) {
			const part = this.#from(at + BigInt(length));
			const end = part.indexOf(0);
			if (end !== -1) return length + end + 1;
			length += part.length;
			// Enough to say that it is too long: memory may have no zero byte for gigabytes.
			if (length > MOST_BYTES) return length;
		}
	}

	#from(at: bigint): Buffer {
		const offset = Number(at % BigInt(PAGE));
		const start = at - BigInt(offset);
		const known = this.#pages.get(start);
		if (known !== undefined) return known.subarray(offset);
		const page = readMemory(this.#pid, start, PAGE);
		if (this.#pages.size >= MOST_PAGES) this.#pages.clear();
		this.#pages.set(start, page);
		return page.subarray(offset);
	}
}
