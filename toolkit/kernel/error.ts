/**
 * The one error that comes from the kernel.
 * @module
 */
import {type ErrnoName, errnoMeaning} from '#kernel/errno';

/** A call that the kernel refused: what was asked, with what, and what it answered. */
export class KernelError extends Error {
	override readonly name = 'KernelError';
	/** The system call's or the libc function's own name. */
	readonly call: string;
	/** Its arguments, as a reader should see them. */
	readonly args: readonly unknown[];
	/** The answer, by name: `EPERM`. */
	readonly errno: ErrnoName;

	constructor(call: string, args: readonly unknown[], errno: ErrnoName, options?: ErrorOptions) {
		super(`${formatCall(call, args)}: ${errno}, ${errnoMeaning(errno)}`, options);
		this.call = call;
		this.args = args;
		this.errno = errno;
	}
}

/** `mount("proc", "/proc", "proc", MS_NOSUID, NULL)`, as strace would write it. */
export function formatCall(call: string, args: readonly unknown[]): string {
	return `${call}(${args.map(formatArgument).join(', ')})`;
}

/** Whether an error is the kernel's answer with one of these names. */
export function isErrno(error: unknown, ...names: readonly ErrnoName[]): boolean {
	if (error instanceof KernelError) return names.includes(error.errno);
	// Node's own file calls name the errno in `code`.
	return error instanceof Error && 'code' in error && names.includes(String(error.code));
}

/** Runs `action`; an error with one of these names is an expected answer and yields undefined. */
export function tolerate<T>(names: readonly ErrnoName[], action: () => T): T | undefined {
	try {
		return action();
	} catch (error) {
		if (isErrno(error, ...names)) return undefined;
		throw error;
	}
}

function formatArgument(value: unknown): string {
	if (value === null || value === undefined) return 'NULL';
	if (value instanceof Uint8Array) return `<${value.length} bytes>`;
	// A name of the kernel's (a flag, a signal) is told bare; any other text is quoted.
	if (value instanceof KernelName) return value.text;
	if (typeof value === 'string') return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
	if (Array.isArray(value)) return `[${value.map(formatArgument).join(', ')}]`;
	return String(value);
}

/** Text to be shown without quotes: `CLONE_NEWPID|CLONE_NEWNS`, `SIGTERM`. */
export class KernelName {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
	toString(): string {
		return this.text;
	}
}

/** Writes a set of bits with the kernel's names: `MS_BIND|MS_REC`; bits without a name stay a number. */
export function flagNames(bits: number, names: Readonly<Record<string, number>>): KernelName {
	const found: string[] = [];
	let rest = bits >>> 0;
	for (const [name, bit] of Object.entries(names)) {
		if (bit !== 0 && (rest & bit) >>> 0 === bit >>> 0) {
			found.push(name);
			rest = (rest & ~bit) >>> 0;
		}
	}
	if (rest !== 0 || found.length === 0) found.push(rest === 0 ? '0' : `0x${rest.toString(16)}`);
	return new KernelName(found.join('|'));
}
