/**
 * Facts: what the kernel tells of a container, in pieces that can be laid beside another container's.
 * @module
 */

/** The parts of a portrait, in the order in which they are told. */
export const ASPECTS = [
	'namespace',
	'mount',
	'device',
	'cgroup',
	'capability',
	'protection',
	'user',
	'rlimit',
	'process',
	'environment',
	'descriptor',
	'network',
	'sysctl',
] as const;

/** A part of a portrait. */
export type Aspect = (typeof ASPECTS)[number];

/** One fact. Two containers differ where the same name of the same aspect has another value. */
export interface Fact {
	readonly aspect: Aspect;
	readonly name: string;
	readonly value: string;
}

/** Makes facts of one aspect. */
export function facts(aspect: Aspect, values: Readonly<Record<string, string | undefined>>): readonly Fact[] {
	return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{aspect, name, value}]));
}

/** A text in which ids stand that no two containers share: they become `ID`. */
export function withoutIds(text: string): string {
	return text.replace(/[0-9a-f]{64}|compare-[0-9a-f]{12}/g, 'ID');
}
