/**
 * The keys that leave a container running: Ctrl-P Ctrl-Q, unless others are chosen.
 *
 * Source: docs.docker.com, "docker attach", "Override the detach sequence".
 * @module
 */
import {UsageError} from './usage-error.ts';

/** Reads `ctrl-p,ctrl-q` or single characters. @throws {UsageError} */
export function parseDetachKeys(text = 'ctrl-p,ctrl-q'): Buffer {
	return Buffer.from(
		text.split(',').map(key => {
			const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key);
			if (control !== null) return control[1]!.toUpperCase().charCodeAt(0) & 0x1f;
			if (key.length === 1) return key.charCodeAt(0);
			throw new UsageError(`invalid detach keys '${text}': write them as ctrl-p,ctrl-q`);
		}),
	);
}

/**
 * Looks for the sequence in what is typed, key by key.
 *
 * @returns a function that takes what was typed and tells what to pass on, and whether the sequence is complete. A
 *   beginning of the sequence is held back until the next key shows what it was.
 */
export function detachFilter(
	sequence: Buffer,
): (typed: Uint8Array) => {readonly pass: Buffer; readonly detach: boolean} {
	let matched = 0;
	return typed => {
		const pass: number[] = [];
		for (const key of typed) {
			if (key === sequence[matched]) {
				matched++;
				if (matched === sequence.length) return {pass: Buffer.from(pass), detach: true};
				continue;
			}
			pass.push(...sequence.subarray(0, matched));
			matched = key === sequence[0] ? 1 : 0;
			if (matched === 0) pass.push(key);
		}
		return {pass: Buffer.from(pass), detach: false};
	};
}
