/**
 * What a person typed, read by somebody who knows nothing of command lines.
 * @module
 */
import {UsageError} from '../usage-error.ts';

/** Reads or checks what was typed. @throws {UsageError} what `read` complains of. */
export function asTyped<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		throw new UsageError((error as Error).message, {cause: error});
	}
}
