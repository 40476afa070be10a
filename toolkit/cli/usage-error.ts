/** What was typed can't be meant. @module */

/** A mistake in the command line: told in one line, with exit code 125 as docker has it for its own errors. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}
