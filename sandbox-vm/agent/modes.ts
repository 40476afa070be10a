/**
 * The modes that a program has put a terminal into, so that somebody can end them when the program no longer can.
 *
 *     vi ──▶ ESC[?1049h  ESC[?25l  …      another screen, no cursor; and then its machine is gone
 *     us ──▶ …  ESC[?25h  ESC[?1049l      what it would have said at its end
 *
 * Only what was begun is ended: to leave another screen that nobody entered moves the cursor to where it never was.
 *
 * Source: XTerm Control Sequences, on DEC Private Mode Set and modifyOtherKeys.
 * @module
 */

/** Reads along what is printed on a terminal. */
export class TerminalModes {
	/** What has been begun, with what ends it. */
	readonly #begun = new Map<string, string>();
	/** The end of what was printed: a sequence may come in two pieces. */
	#rest = '';

	read(printed: Uint8Array): void {
		const text = this.#rest + Buffer.from(printed).toString('latin1');
		for (const [, keypad, keys, modes = '', way] of text.matchAll(sequence)) {
			if (keypad !== undefined) this.#note('keypad', keypad === '=', '\x1b>');
			else if (keys !== undefined) this.#note('keys', Number(keys) > 0, '\x1b[>4m');
			else for (const mode of modes.split(';')) this.#notePrivate(mode, way === 'h');
		}
		this.#rest = unfinished.exec(text)?.[0] ?? '';
	}

	/** What brings the terminal back to how it was, the last first; nothing, if it is. */
	end(): string {
		return [...this.#begun.values()].reverse().join('');
	}

	#notePrivate(mode: string, isOn: boolean): void {
		// There are no longer ones, and a machine could make up any number of them.
		if (mode.length > 4) return;
		this.#note(mode, isOn !== usuallyOn.has(mode), `\x1b[?${mode}${usuallyOn.has(mode) ? 'h' : 'l'}`);
	}

	#note(what: string, isBegun: boolean, end: string): void {
		if (isBegun) this.#begun.set(what, end);
		else this.#begun.delete(what);
	}
}

/** The keypad for programs (`=`) or for numbers (`>`); other keys (`>4;2m`); private modes, set (`h`) or reset (`l`). */
const sequence = /\x1b(?:([=>])|\[>4;?(\d*)m|\[\?([\d;]+)([hl]))/g;
/** No sequence of modes is longer than this, whatever a machine prints. */
const unfinished = /\x1b(?:\[(?:[?>][\d;]{0,100})?)?$/;

/** Lines that are wrapped, and a cursor that is seen. */
const usuallyOn: ReadonlySet<string> = new Set(['7', '25']);
