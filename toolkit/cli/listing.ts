/**
 * What a command lists, in the form that `--format` asks for: a table of docker's columns or of one's own, JSON, or a
 * template's text for each row.
 *
 *     table {{.Names}}\t{{.Status}}     NAMES   STATUS
 *                                       web     Up 2 hours
 *
 * Source: docs.docker.com, "Format command and log output", "docker container ls", "Formatting".
 * @module
 */
import {table} from './table.ts';
import {parseTemplate} from './template.ts';

/** How to show rows that have these fields. */
export interface ListingOptions<Field extends string> {
	/** What was given to `--format`; nothing, or an empty text: the table. */
	readonly format?: string | undefined;
	/** The title that each field has above a table. */
	readonly titles: Readonly<Record<Field, string>>;
	/** The fields of the table where no template chooses them. */
	readonly columns: readonly NoInfer<Field>[];
}

/** The text of a list. @throws {UsageError} for a template that can't be filled. */
export function listing<Field extends string>(
	rows: readonly Readonly<Record<Field, string>>[],
	{format = '', titles, columns}: ListingOptions<Field>,
): string {
	const [, template] = /^table(?!\w)\s*(.*)$/s.exec(format === '' ? 'table' : format) ?? [];
	if (template === undefined) {
		const fill = parseTemplate(format);
		return rows.map(row => `${fill(row)}\n`).join('');
	}
	const cells = template === '' ? columns.map(column => `{{.${column}}}`) : template.split(/\\t|\t/);
	const fills = cells.map(parseTemplate);
	const cellsOf = (row: unknown): readonly string[] => fills.map(fill => fill(row));
	return table(cellsOf(titles), rows.map(cellsOf));
}
