/**
 * An argument as text: `formatCall` of the kernel's door writes whole calls, this writes one piece of them.
 * @module
 */
import {formatCall} from '#kernel/error';
import {visible} from '#words/visible';

/** `"/proc"`, `MS_BIND|MS_REC`, `["ls", "-l"]`, `NULL`. Control characters in strings are escaped. */
export function formatArgument(value: unknown): string {
	return visible(formatCall('', [value]).slice(1, -1));
}
