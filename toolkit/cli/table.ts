/**
 * Tables on a terminal: columns as wide as what is in them, three spaces apart.
 * @module
 */
import stringWidth from 'string-width';

/** A table's text. Chinese characters take two columns each. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
	const all = [titles, ...rows];
	const widths = titles.map((_, column) => Math.max(...all.map(row => stringWidth(row[column] ?? ''))));
	return all
		.map(
			row =>
				`${row
					.map((cell, column) => cell + ' '.repeat(widths[column]! - stringWidth(cell)))
					.join('   ')
					.trimEnd()}\n`,
		)
		.join('');
}
