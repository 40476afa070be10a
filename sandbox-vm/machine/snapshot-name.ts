/**
 * What a snapshot may be called: something that can be read, and typed again.
 * @module
 */

/** Letters and signs of any script, and spaces between them; no control characters, and none that can't be seen. */
const printable = /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,64}(?<! )$/u;

/** @throws {Error} one line, for what would make a list of names unreadable. */
export function requireName(name: string): void {
	if (!printable.test(name))
		throw new Error('a snapshot’s name is 1 to 64 printable characters, without a space at either end');
}
