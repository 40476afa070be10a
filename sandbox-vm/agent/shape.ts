/**
 * Shapes: what a value from somebody who isn't believed must look like, said beside its type. The compiler sees to it that
 * both say the same.
 * @module
 */

/** Tells whether a value is of a type. */
export type Shape<T> = (value: unknown) => value is T;

export const isNumber: Shape<number> = value => typeof value === 'number';
export const isText: Shape<string> = value => typeof value === 'string';
export const isTruth: Shape<boolean> = value => typeof value === 'boolean';

/** One of a few words. */
export function isOneOf<const T extends string | number>(...words: readonly T[]): Shape<T> {
	return (value): value is T => (words as readonly unknown[]).includes(value);
}

export function isList<T>(item: Shape<T>): Shape<readonly T[]> {
	return (value): value is readonly T[] => Array.isArray(value) && value.every(item);
}

/** Values by names that nobody knows beforehand. */
export function isRecord<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
	return (value): value is Readonly<Record<string, T>> => isObject(value) && Object.values(value).every(item);
}

/** A value or nothing: JSON leaves out what is undefined. */
export function isMaybe<T>(item: Shape<T>): Shape<T | undefined> {
	return (value): value is T | undefined => value === undefined || item(value);
}

/** Named fields, and no matter which others. */
export function isFields<T extends object>(fields: {readonly [Name in keyof T]-?: Shape<T[Name]>}): Shape<T> {
	const entries = Object.entries(fields) as readonly [string, Shape<unknown>][];
	return (value): value is T => isObject(value) && entries.every(([name, shape]) => shape(value[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
