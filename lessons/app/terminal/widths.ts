/**
 * How many columns a character takes: the same answer in the shell's grid as everywhere else in the course.
 *
 * The surprise: the grid's own table is from 2010 and thinks that an emoji takes one column; bash and vim ask the C
 * library, which says two.
 * @module
 */
import type {IUnicodeVersionProvider, Terminal} from '@xterm/headless';
import stringWidth from 'string-width';

/** Lets a grid count as `string-width` does. */
export function countAsWeDo(grid: Terminal): void {
	grid.unicode.register(widths);
	grid.unicode.activeVersion = widths.version;
}

const widths: IUnicodeVersionProvider = {
	version: 'drydock',
	wcwidth,
	// What the grid keeps of a character, in bits: bit 0 whether it joins the one before, bits 1 and 2 its width.
	charProperties: (codepoint, preceding) => {
		const own = wcwidth(codepoint);
		const before = (preceding >> 1) & 3;
		const joins = own === 0 && preceding !== 0 && before !== 0;
		return ((joins ? Math.max(own, before) : own) << 1) | (joins ? 1 : 0);
	},
};

function wcwidth(codepoint: number): 0 | 1 | 2 {
	if (codepoint >= 0x20 && codepoint < 0x7f) return 1;
	return Math.min(2, stringWidth(String.fromCodePoint(codepoint))) as 0 | 1 | 2;
}
