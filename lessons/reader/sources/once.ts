/**
 * Work that is done at most once for each object, and forgotten with it.
 * @module
 */

/** The function, remembering what it made of each key. */
export function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
	const made = new WeakMap<Key, {readonly value: Value}>();
	return key => {
		const found = made.get(key) ?? {value: make(key)};
		made.set(key, found);
		return found.value;
	};
}
