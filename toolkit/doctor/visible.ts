/**
 * Names of files are anybody's, and what is told goes to a terminal.
 *
 * Source: ECMA-48 on control functions; Unicode's bidirectional controls.
 * @module
 */

/** The text with all that would steer a terminal shown, not sent: `\u001b`. */
export function visible(text: string): string {
	return text.replace(
		/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
		char => short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

const short: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};
