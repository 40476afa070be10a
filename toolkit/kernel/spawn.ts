/**
 * Starting a program past Node's own child_process: whoever traces a child must be the only one that waits for it, and
 * libuv waits for its children by itself.
 *
 * Source: posix_spawn(3).
 * @module
 */
import {constants} from 'node:os';
import {errnoName} from '#kernel/errno';
import {KernelError} from '#kernel/error';
import {addressOf, call, cString} from '#kernel/libc';
import {prepareStandardDescriptors} from '#kernel/standard-descriptors';

// Both are opaque, and smaller than this in glibc and musl.
const O_CLOEXEC = 0x80000;
const OPAQUE_BYTES = 1024;
const SIGSET_BYTES = 128;
const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;

/**
 * Starts the program at `path`. It gets this process's standard descriptors and, as its descriptor 3, `extra`; all signals
 * have their usual meaning.
 *
 * @param environment `NAME=value` each.
 * @returns its process number; nobody waits for it but the caller.
 * @throws {KernelError} what execve(2) answers: `ENOENT`, `EACCES`.
 */
export function spawnProgram(
	path: string,
	argv: readonly string[],
	environment: readonly string[],
	extra: number,
): number {
	prepareStandardDescriptors();
	const actions = new Uint8Array(OPAQUE_BYTES);
	const attributes = new Uint8Array(OPAQUE_BYTES);
	const pid = Buffer.from(new ArrayBuffer(4));
	const vectors = [pointers(argv), pointers(environment)] as const;
	ok('posix_spawn_file_actions_init', call('posix_spawn_file_actions_init', [actions]));
	ok('posix_spawnattr_init', call('posix_spawnattr_init', [attributes]));
	try {
		// A descriptor that is copied to its own number stays open in the program: Node's would close there.
		for (const [from, to] of [0, 1, 2].map(fd => [fd, fd] as const).concat([[extra, 3]]))
			ok('posix_spawn_file_actions_adddup2', call('posix_spawn_file_actions_adddup2', [actions, from, to]));
		call('posix_spawnattr_setflags', [attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK]);
		call('posix_spawnattr_setsigdefault', [attributes, usualSignals()]);
		call('posix_spawnattr_setsigmask', [attributes, new Uint8Array(SIGSET_BYTES)]);
		const [args, env] = vectors;
		const number = call('posix_spawn', [pid, path, actions, attributes, args.bytes, env.bytes], {
			show: () => [path, argv],
		});
		if (number !== 0) throw new KernelError('posix_spawn', [path], errnoName(number));
		return pid.readInt32LE();
	} finally {
		call('posix_spawn_file_actions_destroy', [actions]);
		call('posix_spawnattr_destroy', [attributes]);
	}
}

/** A pipe, whose ends close when another program starts. The caller closes both. @throws {KernelError} `EMFILE`. */
export function openPipe(): {readonly reading: number; readonly writing: number} {
	const ends = Buffer.from(new ArrayBuffer(8));
	call('pipe2', [ends, O_CLOEXEC]);
	return {reading: ends.readInt32LE(0), writing: ends.readInt32LE(4)};
}

/** All signals that Node may have changed, or that were ignored when it started: a set with a bit for each. */
function usualSignals(): Uint8Array {
	const set = new Uint8Array(SIGSET_BYTES);
	for (const number of [constants.signals.SIGPIPE, constants.signals.SIGXFSZ])
		set[(number - 1) >> 3]! |= 1 << ((number - 1) & 7);
	return set;
}

function pointers(values: readonly string[]): {readonly bytes: Uint8Array; readonly strings: readonly Buffer[]} {
	const strings = values.map(cString);
	return {bytes: new Uint8Array(BigUint64Array.from([...strings.map(addressOf), 0n]).buffer), strings};
}

/** These return the errno instead of setting it. */
function ok(name: string, number: number): void {
	if (number !== 0) throw new KernelError(name, [], errnoName(number));
}
