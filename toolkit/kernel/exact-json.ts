/**
 * JSON whose whole numbers keep all of their 64 bits.
 *
 * The kernel's numbers, and the OCI documents that speak of them, have up to 64 bits: a filter's `value`, RLIM_INFINITY.
 * JavaScript's own numbers round above 2^53. So those that would be rounded are bigint, read and written as plain digits.
 *
 * Source: OCI runtime-spec, config-linux.md "Seccomp"; ECMA-262, JSON.rawJSON.
 * @module
 */

/**
 * Reads JSON. What would be rounded becomes a bigint.
 *
 * @throws {SyntaxError}
 */
export function parseExactJson(text: string): unknown {
	// Asking for each number's digits takes time, and most texts have no number as long as that.
	return longNumber.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
}

/** Writes JSON that `parseExactJson` reads back as it was. @param indent what each level begins with. */
export function exactJson(value: unknown, indent?: string): string {
	return JSON.stringify(value, digits, indent);
}

const longNumber = /\d{16}/;

function exactNumber(_key: string, value: unknown, context?: {readonly source?: string}): unknown {
	const source = context?.source ?? '';
	return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function digits(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? rawJson(`${value}`) : value;
}

/** Younger than the types that TypeScript knows of. */
const {rawJSON: rawJson} = JSON as typeof JSON & {readonly rawJSON: (text: string) => unknown};
