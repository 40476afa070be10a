/**
 * What the kernel refuses to do with a file, told with the file's name: an open file has forgotten it, and a draft has
 * another.
 * @module
 */
import {KernelError} from '#kernel/error';

/** Runs `action`. @throws {KernelError} that names `path`, if the kernel refuses it. */
export function told<T>(path: string, action: () => T): T {
	try {
		return action();
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
		throw new KernelError(String(error.syscall), [path], String(error.code), {cause: error});
	}
}
