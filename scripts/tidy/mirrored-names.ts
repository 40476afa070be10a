/**
 * The same NN-name stands in toolkit, lessons, exercises, solutions and slides, and package.json knows it.
 * @module
 */
import {importAddresses} from './imports.ts';
import type {Rule, Tree} from './tree.ts';

/** Every name has its counterparts. */
export const mirroredNames: Rule = tree => [...modules(tree), ...learners(tree), ...addresses(tree)];

/** Each module of the toolkit is a folder NN-name with name.ts and name.test.ts. */
function modules(tree: Tree): readonly string[] {
	const folders = new Set([...tree.keys()].flatMap(path => /^toolkit\/([^/]+)\//.exec(path)?.[1] ?? []));
	return [...folders].flatMap(folder => {
		if (['cli', 'kernel', 'words'].includes(folder)) return [];
		if (!['observe', 'narrate', 'doctor', 'compare'].includes(folder) && !/^\d\d-[a-z]+$/.test(folder))
			return [`toolkit/${folder}: is not called NN-name`];
		const name = folder.replace(/^\d\d-/, '');
		return [`toolkit/${folder}/${name}.ts`, `toolkit/${folder}/${name}.test.ts`]
			.filter(path => !tree.has(path))
			.map(path => `${path}: is missing`);
	});
}

/** Whatever a learner sees belongs to a module of the same name, and an exercise has its solution. */
function learners(tree: Tree): readonly string[] {
	return [...tree.keys()].flatMap(path => {
		const [top, name] = /^(lessons|exercises|solutions|slides)\/(\d\d-[a-z]+)/.exec(path)?.slice(1) ?? [];
		if (top === undefined || name === undefined) return [];
		const main = `${name}/${name.slice(3)}.ts`;
		const needed = [`toolkit/${main}`];
		if (top === 'exercises') needed.push(`exercises/${main}`, `exercises/${name}/README.md`, `solutions/${main}`);
		if (top === 'solutions') needed.push(`solutions/${main}`, `exercises/${main}`);
		if (top === 'lessons')
			needed.push(...['lesson.ts', 'lesson.en.md', 'lesson.zh.md'].map(file => `lessons/${name}/${file}`));
		return needed.filter(file => !tree.has(file)).map(file => `${path}: ${file} is missing`);
	});
}

/** package.json's "imports" lead somewhere, and a learner's module takes the place of the toolkit's own. */
function addresses(tree: Tree): readonly string[] {
	return Object.entries(importAddresses(tree)).flatMap(([name, targets]) => {
		if (name.endsWith('*')) return [];
		const {default: own = '', ...others} = targets;
		const missing = tree.has(own) ? [] : [`package.json: ${name} leads to ${own}, which is missing`];
		const expected = ['exercise', 'solution'].map(kind => [
			`${kind}-${name.slice(1)}`,
			own.replace(/^toolkit/, `${kind}s`),
		]);
		const wrong = Object.keys(others).length > 0 && JSON.stringify(Object.entries(others)) !== JSON.stringify(expected);
		return wrong ? [...missing, `package.json: ${name}: its conditions should be ${expected.join(' and ')}`] : missing;
	});
}
