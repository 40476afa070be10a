/**
 * Compares two lists of objects that have names: which came, which went, which are others than they were.
 * @module
 */

/** An object that is still there, and which of its properties are others now. */
export interface Change<T> {
	readonly before: T;
	readonly after: T;
	readonly properties: readonly (keyof T & string)[];
}

/** What happened to objects of one sort. */
export interface Changes<T> {
	readonly appeared: readonly T[];
	readonly vanished: readonly T[];
	readonly changed: readonly Change<T>[];
}

/** Pairs objects by key. Two of one key (a directory mounted twice in one place) are paired in their order. */
export function compare<T extends object | string>(
	before: readonly T[],
	after: readonly T[],
	key: (object: T) => string,
	properties: readonly (keyof T & string)[],
): Changes<T> {
	const old = byKey(before, key);
	const now = byKey(after, key);
	return {
		appeared: [...now].filter(([name]) => !old.has(name)).map(([, object]) => object),
		vanished: [...old].filter(([name]) => !now.has(name)).map(([, object]) => object),
		changed: [...now].flatMap(([name, object]) => {
			const former = old.get(name);
			if (former === undefined) return [];
			const differing = properties.filter(property => essence(former[property]) !== essence(object[property]));
			return differing.length === 0 ? [] : [{before: former, after: object, properties: differing}];
		}),
	};
}

function byKey<T>(objects: readonly T[], key: (object: T) => string): ReadonlyMap<string, T> {
	const found = new Map<string, T>();
	const counts = new Map<string, number>();
	for (const object of objects) {
		const name = key(object);
		const count = counts.get(name) ?? 0;
		counts.set(name, count + 1);
		found.set(`${name} #${count}`, object);
	}
	return found;
}

/** A value as far as it counts: whether a process runs or sleeps is chance, whether it is stopped or dead is not. */
function essence(value: unknown): string {
	const restless = ['running', 'sleeping', 'waiting', 'idle'];
	return typeof value === 'string' && restless.includes(value) ? 'alive' : (JSON.stringify(value) ?? '');
}
