/**
 * Who uses what: the links of all files, turned round.
 * @module
 */
import type {Declaration} from './declarations.ts';
import type {Library} from './library.ts';
import {linksOf} from './links.ts';
import {once} from './once.ts';

/** One place where a name is used. */
export interface Use {
	readonly path: string;
	readonly line: number;
}

/** Where a declaration is used, in reading order, tests last; imports, comments and itself are no uses. */
export function usesOf(library: Library, {path, name}: Declaration): readonly Use[] {
	return allUses(library).get(`${path} ${name}`) ?? [];
}

const allUses = once((library: Library): ReadonlyMap<string, readonly Use[]> => {
	const uses = new Map<string, Use[]>();
	const tests = [...library.files.values()].filter(({isTest}) => isTest);
	for (const file of [...library.walk, ...tests]) {
		for (const {target, isUse, line} of linksOf(library, file)) {
			if (!isUse || target.kind !== 'declaration') continue;
			const key = `${target.declaration.path} ${target.declaration.name}`;
			const found = uses.get(key) ?? [];
			const last = found.at(-1);
			// Twice on one line is one place to look at.
			if (last?.path !== file.path || last.line !== line) found.push({path: file.path, line});
			uses.set(key, found);
		}
	}
	return uses;
});
