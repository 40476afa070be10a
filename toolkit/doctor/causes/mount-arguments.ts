/**
 * What a call that mounts wants to mount: mount(2), and fsopen(2), which younger programs use instead.
 * @module
 */
import {flagsAt, textAt} from '../arguments.ts';
import type {Failure} from '../cause.ts';

/** The calls that attach a file system, the old way and the new. */
export const mountCalls: readonly string[] = ['mount', 'fsopen', 'fsconfig', 'fsmount', 'move_mount', 'open_tree'];

const changers = ['MS_BIND', 'MS_MOVE', 'MS_REMOUNT', 'MS_SHARED', 'MS_PRIVATE', 'MS_SLAVE', 'MS_UNBINDABLE'];

/** The type of a file system that is to be mounted anew; undefined where mount(2) does something else. */
export function fileSystemOf(failure: Failure): string | undefined {
	if (failure.call === 'fsopen') return textAt(failure, 0) || undefined;
	if (failure.call !== 'mount') return undefined;
	const flags = flagsAt(failure, 3);
	return changers.some(flag => flags.has(flag)) ? undefined : textAt(failure, 2) || undefined;
}

/** The options that go to the file system, by name; one without a value is ''. */
export function optionsOf(failure: Failure): ReadonlyMap<string, string> {
	// overlayfs escapes a comma in a path by a backslash.
	const words = textAt(failure, 4).match(/(?:\\.|[^,\\])+/g) ?? [];
	return new Map(
		words.map(word => {
			const equals = word.indexOf('=');
			return equals === -1 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
		}),
	);
}
