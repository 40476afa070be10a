/**
 * Names of files, hosts and programs are anybody's, and what is told goes to a terminal, which obeys what steers it.
 *
 * Source: ECMA-48 on control functions; Unicode's bidirectional controls.
 * @module
 */

/** C0, DEL and C1, and what turns the direction of writing. */
const controls = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with all that would steer a terminal shown, not sent: `\u001b`. */
export function visible(text: string): string {
	return text.replace(controls, char => short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The text with something else in the place of each, where a line is to stay readable. */
export function harmless(text: string, instead = ' '): string {
	return text.replace(controls, instead);
}

const short: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};
