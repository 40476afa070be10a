/**
 * Becoming another program.
 *
 * Sources: execve(2), signal(7).
 * @module
 */
import {KernelName} from '#kernel/error';
import {addressOf, call, cString} from '#kernel/libc';
import {prepareStandardDescriptors} from '#kernel/standard-descriptors';
import {publishCall} from '#kernel/trace';

const SIG_DFL = 0;
const SIGPIPE = 13;
const SIGXFSZ = 25;

/**
 * Replaces this process by the program at `path`; returns only by throwing.
 *
 * Node leaves two things that a program does not expect, and both are mended here: standard descriptors that close
 * on exec and don't wait, and SIGPIPE and SIGXFSZ ignored.
 *
 * @param environment `NAME=value` each.
 * @throws {KernelError} `ENOENT` if it or its interpreter is not there, `EACCES` if it may not be executed, `ENOEXEC` if
 *   the kernel can't run it, `E2BIG`.
 */
export function execve(path: string, argv: readonly string[], environment: readonly string[]): never {
	prepareStandardDescriptors();
	call('signal', [SIGPIPE, SIG_DFL], {
		returns: 'long',
		show: () => [new KernelName('SIGPIPE'), new KernelName('SIG_DFL')],
	});
	call('signal', [SIGXFSZ, SIG_DFL], {
		returns: 'long',
		show: () => [new KernelName('SIGXFSZ'), new KernelName('SIG_DFL')],
	});
	const vectors = [stringVector(argv), stringVector(environment)] as const;
	const shown = [path, [...argv], new KernelName(`/* ${environment.length} variables */`)];
	// Told beforehand: once it has succeeded, nobody is left here to tell.
	publishCall({call: 'execve', args: shown, result: 0});
	call('execve', [path, vectors[0].pointers, vectors[1].pointers], {show: () => shown});
	throw new Error('unreachable: execve returned without an error');
}

/**
 * Ends this process at once. Node's own way out still turns its event loop, which a seccomp filter may forbid by then.
 *
 * Source: _exit(2).
 */
export function exitAtOnce(code: number): never {
	call('_exit', [code]);
	throw new Error('unreachable: _exit returned');
}

/** A `char *[]` with its NULL at the end. The strings are returned too: they must live as long as the pointers. */
function stringVector(values: readonly string[]): {readonly pointers: Uint8Array; readonly strings: readonly Buffer[]} {
	const strings = values.map(cString);
	const pointers = new Uint8Array(BigUint64Array.from([...strings.map(addressOf), 0n]).buffer);
	return {pointers, strings};
}
