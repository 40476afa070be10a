/**
 * The part of Go's templates that people use with `--format`: fields, `json`, `range`-free.
 *
 *     {{.State.Pid}}   {{json .Mounts}}   {{.Name}}: {{.State.Status}}
 *
 * Source: docs.docker.com, "Format command and log output".
 * @module
 */
import {UsageError} from './usage-error.ts';

/** Fills a template. @throws {UsageError} for what it can't do, or a field that isn't there. */
export function formatTemplate(template: string, value: unknown): string {
	if (template === 'json') return JSON.stringify(value);
	return template
		.replaceAll('\\t', '\t')
		.replaceAll('\\n', '\n')
		.replace(/\{\{\s*(.*?)\s*\}\}/g, (_whole, action: string) => {
			const match = /^(?:(json|upper|lower)\s+)?(\.[\w.]*)$/.exec(action);
			if (match === null)
				throw new UsageError(
					`template {{${action}}}: only fields are known here, such as {{.State.Pid}} or {{json .Mounts}}`,
				);
			const field = fieldOf(value, match[2]!);
			if (match[1] === 'json') return JSON.stringify(field);
			const text = textOf(field);
			return match[1] === 'upper' ? text.toUpperCase() : match[1] === 'lower' ? text.toLowerCase() : text;
		});
}

function fieldOf(value: unknown, path: string): unknown {
	return path
		.split('.')
		.filter(name => name !== '')
		.reduce((object: unknown, name) => {
			if (object === null || typeof object !== 'object' || !Object.hasOwn(object, name))
				throw new UsageError(`template: there is no field ${path}`);
			return (object as Readonly<Record<string, unknown>>)[name];
		}, value);
}

/** As Go prints values: lists in brackets, maps as map[…]. */
function textOf(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`;
	if (value !== null && typeof value === 'object')
		return `map[${Object.entries(value)
			.map(([key, each]) => `${key}:${textOf(each)}`)
			.join(' ')}]`;
	return value === null || value === undefined ? '<nil>' : String(value);
}
