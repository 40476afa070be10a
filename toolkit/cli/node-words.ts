/**
 * Words that Node must not take for its own: it looks for the name of a configuration file in the whole command line, also
 * behind `--` and behind the program's name, and does what that file says.
 *
 * So a word that may be meant for a container goes to Node behind a mark. The launcher (toolkit/cli/drydock) does the same.
 * @module
 */

/** The words as Node may see them. */
export function marked(words: readonly string[]): readonly string[] {
	return words.map(word => (/^(\\.*)?--experimental-/s.test(word) ? `\\${word}` : word));
}

/** The words as they were. */
export function unmarked(words: readonly string[]): readonly string[] {
	return words.map(word => (/^\\.*--experimental-/s.test(word) ? word.slice(1) : word));
}
