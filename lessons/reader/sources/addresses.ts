/**
 * Where an import leads: `#mnt/bind` → `toolkit/05-mnt/bind.ts`, as package.json's "imports" says.
 * @module
 */
import {posix} from 'node:path';

/** Name or pattern → path; of the conditions, the one that holds when no learner's module is asked for. */
export type Addresses = ReadonlyMap<string, string>;

/** Reads the "imports" of a package.json. */
export function addressesOf(packageJson: string): Addresses {
	const {imports = {}} = JSON.parse(packageJson) as {imports?: Record<string, string | {default: string}>};
	return new Map(
		Object.entries(imports).map(([name, target]) => [
			name,
			posix.normalize(typeof target === 'string' ? target : target.default),
		]),
	);
}

/** The file that `specifier` means in the file `from`; undefined if it leads out of the project. */
export function addressedFile(from: string, specifier: string, addresses: Addresses): string | undefined {
	if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
	const exact = addresses.get(specifier);
	if (exact !== undefined || !specifier.startsWith('#')) return exact;
	for (const [pattern, target] of addresses) {
		const start = pattern.slice(0, -1);
		if (pattern.endsWith('*') && specifier.startsWith(start)) {
			return target.replace('*', specifier.slice(start.length));
		}
	}
	return undefined;
}
