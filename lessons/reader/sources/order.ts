/**
 * The order in which the toolkit is read.
 *
 *     words, kernel, observe ▶ 01 … 18 ▶ narrate, doctor, compare ▶ cli
 *
 *     within a module: its main file, then each file that it leads to, as they are imported,
 *     each followed by what it leads to itself; last what nobody leads to, such as programs
 *
 * @module
 */
import type {SourceFile} from './source-file.ts';

/** The rooms without a number, around the numbered modules; a room that isn't known here comes last but one. */
const BEFORE = ['words', 'kernel', 'observe'];
const AFTER = ['narrate', 'doctor', 'compare'];
const LAST = ['cli'];

/** The folders of the toolkit in the order of the book. */
export function moduleOrder(folders: Iterable<string>): readonly string[] {
	const rank = (folder: string): number => {
		if (/^\d\d-/.test(folder)) return 100 + Number(folder.slice(0, 2));
		for (const [rooms, base] of [
			[BEFORE, 0],
			[AFTER, 200],
			[LAST, 400],
		] as const) {
			if (rooms.includes(folder)) return base + rooms.indexOf(folder);
		}
		return 300;
	};
	return [...folders].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/**
 * The file that a module is entered by: of its own name, else a program's, else the one whose map says what comes next,
 * else the one that most of the others lead to.
 */
export function mainFile(
	module: string,
	files: readonly SourceFile[],
	leadsTo: (file: SourceFile) => readonly string[],
): SourceFile | undefined {
	const called = (name: string) => files.find(file => file.name === name);
	return (
		called(`${module.replace(/^\d\d-/, '')}.ts`) ??
		called('main.ts') ??
		files.find(({text}) => /^ \* Next: /m.test(text)) ??
		mostWanted(files, leadsTo)
	);
}

/** A module's files in reading order. `leadsTo`: the files that one imports, in the order of its text. */
export function fileOrder(
	module: string,
	files: readonly SourceFile[],
	leadsTo: (file: SourceFile) => readonly string[],
): readonly SourceFile[] {
	const sorted = [...files].sort((one, other) => depth(one) - depth(other) || (one.name < other.name ? -1 : 1));
	const left = new Map(sorted.map(file => [file.path, file]));
	const ordered: SourceFile[] = [];
	const visit = (file: SourceFile): void => {
		if (!left.delete(file.path)) return;
		ordered.push(file);
		for (const path of leadsTo(file)) {
			const next = left.get(path);
			if (next !== undefined) visit(next);
		}
	};
	const main = mainFile(module, sorted, leadsTo);
	if (main !== undefined) visit(main);
	for (const file of sorted) visit(file);
	return ordered;
}

function depth({name}: SourceFile): number {
	return name.split('/').length;
}

function mostWanted(
	files: readonly SourceFile[],
	leadsTo: (file: SourceFile) => readonly string[],
): SourceFile | undefined {
	const wishes = files.map(file => files.filter(other => leadsTo(other).includes(file.path)).length);
	return files[wishes.indexOf(Math.max(...wishes))];
}
