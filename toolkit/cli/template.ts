/**
 * The part of Go's templates that people use with `--format`: fields, `json`, `range`-free.
 *
 *     {{.State.Pid}}   {{json .Mounts}}   {{.Name}}: {{.State.Status}}
 *
 * Source: docs.docker.com, "Format command and log output".
 * @module
 */
import {exactJson} from '#kernel/exact-json';
import {UsageError} from './usage-error.ts';

/**
 * Reads a template, so that a wrong one is told of also where there is nothing to fill it with.
 *
 * @returns what fills it. It throws a {UsageError} for a field that isn't there.
 * @throws {UsageError} for what it can't do.
 */
export function parseTemplate(template: string): (value: unknown) => string {
	if (template === 'json') return value => exactJson(value);
	const parts = template
		.replaceAll('\\t', '\t')
		.replaceAll('\\n', '\n')
		.split(/(\{\{.*?\}\})/s)
		.map((part, index) => (index % 2 === 1 ? parseAction(part.slice(2, -2).trim()) : plainText(part)));
	return value => parts.map(fill => fill(value)).join('');
}

type Fill = (value: unknown) => string;

function parseAction(action: string): Fill {
	const [, how, path] = /^(?:(json|upper|lower)\s+)?(\.[\w.]*)$/.exec(action) ?? [];
	if (path === undefined)
		throw new UsageError(
			`template {{${action}}}: only fields are known here, such as {{.State.Pid}} or {{json .Mounts}}`,
		);
	switch (how) {
		case 'json':
			return value => exactJson(fieldOf(value, path));
		case 'upper':
			return value => textOf(fieldOf(value, path)).toUpperCase();
		case 'lower':
			return value => textOf(fieldOf(value, path)).toLowerCase();
		default:
			return value => textOf(fieldOf(value, path));
	}
}

function plainText(text: string): Fill {
	if (text.includes('{{')) throw new UsageError(`template ${text.slice(text.indexOf('{{'))}: there is no }} to end it`);
	return () => text;
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
