/**
 * No circle of imports: each file can be loaded, and understood, with only those that came before it.
 *
 * An `import type` does not close a circle: a file may well say what it expects of those below it, and they repeat it.
 * @module
 */
import {arrows} from './imports.ts';
import type {Rule} from './tree.ts';

/** Every circle of imports, as the list of its files. */
export const noCycles: Rule = tree => {
	const targets = new Map<string, Set<string>>();
	for (const {from, to, typeOnly} of arrows(tree)) {
		if (to !== undefined && tree.has(to) && !typeOnly) targets.set(from, (targets.get(from) ?? new Set()).add(to));
	}
	const problems: string[] = [];
	const finished = new Set<string>();
	const path: string[] = [];
	const visit = (file: string): void => {
		const start = path.indexOf(file);
		if (start !== -1) problems.push(`${file}: imports go in a circle: ${[...path.slice(start), file].join(' → ')}`);
		if (start !== -1 || finished.has(file)) return;
		path.push(file);
		for (const target of targets.get(file) ?? []) visit(target);
		path.pop();
		finished.add(file);
	};
	for (const file of targets.keys()) visit(file);
	return problems;
};
