/**
 * Imports go down only: somebody who reads module N needs nothing above it.
 *
 *     cli ▶ lessons, slides ▶ sandbox-vm ▶ compare ▶ doctor ▶ narrate ▶ 17-engine ▶ … ▶ 01-process ▶ observe ▶ kernel ▶ words
 *
 * An `import type` is an arrow like any other: whoever reads the file must look there.
 * @module
 */
import {type Arrow, arrows} from './imports.ts';
import type {Rule} from './tree.ts';

/** No import leads to a folder above, out of the tree, to learners' folders, or past the kernel's door. */
export const importsGoDown: Rule = tree =>
	arrows(tree).flatMap(arrow => {
		const wrong = whatIsWrong(arrow, tree.has(arrow.to ?? ''));
		return wrong === undefined ? [] : [`${arrow.from}:${arrow.line}: ${arrow.specifier}: ${wrong}`];
	});

/** What an error means, where a program is, how a file is put in its place whole: files of the kernel's folder for anybody. */
const callsNothing: ReadonlySet<string> = new Set(
	['error', 'executable', 'whole-file'].map(name => `toolkit/kernel/${name}.ts`),
);

function whatIsWrong({from, specifier, to, typeOnly}: Arrow, exists: boolean): string | undefined {
	if (specifier === 'ffi-rs' && !from.startsWith('toolkit/kernel/')) return 'only toolkit/kernel may import ffi-rs';
	if (to === undefined) return specifier.startsWith('#') ? 'package.json’s "imports" does not know it' : undefined;
	if (!exists) return `there is no ${to}`;
	if (/^(exercises|solutions)\//.test(to) && !sameFolder(from, to)) return 'nobody imports learners’ folders';
	const calls = to.startsWith('toolkit/kernel/') && !callsNothing.has(to) && !typeOnly;
	if (from.startsWith('lessons/') && calls) return 'a lesson never calls the kernel';
	if (height(to) > height(from)) return `imports go down, and ${folder(to)} stands above ${folder(from)}`;
	return undefined;
}

/** Where a file stands: a number for its folder, higher for what is built of the lower. */
function height(path: string): number {
	const [top = '', second = ''] = path.split('/');
	const number = Number(second.slice(0, 2));
	if (second === '') return -4;
	if (top === 'solutions') return number;
	if (top === 'toolkit') return rooms[second] ?? number;
	return {'sandbox-vm': 100, lessons: 101, slides: 101}[top] ?? 103;
}

/** The rooms of the toolkit without a number: what every module may use, and what looks at all of them. */
const rooms: Readonly<Record<string, number>> = {
	words: -3,
	kernel: -2,
	observe: -1,
	narrate: 50,
	doctor: 51,
	compare: 52,
	cli: 102,
};

function folder(path: string): string {
	return path
		.split('/')
		.slice(0, path.startsWith('toolkit/') ? 2 : 1)
		.join('/');
}

function sameFolder(one: string, other: string): boolean {
	return one.slice(0, one.lastIndexOf('/')) === other.slice(0, other.lastIndexOf('/'));
}
