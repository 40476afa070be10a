/**
 * What a formatter can't see: files too long, types given up, exports without a sentence.
 * @module
 */
import {isTest, lineAt, type Rule, sources} from './tree.ts';

const mostLines = 300;

/** What is read like a dictionary and not like a text: a lesson's steps, in two languages. */
const tables = /^lessons\/\d\d-[a-z]+\/lesson\.ts$/;

/** A file that doesn't fit the eye has more than one idea. Tests are read one by one, so they may go on. */
export const shortFiles: Rule = tree =>
	sources(tree)
		.filter(path => !tables.test(path) && !isTest(path))
		.map(path => ({path, lines: (tree.get(path) ?? '').trimEnd().split('\n').length}))
		.filter(({lines}) => lines > mostLines)
		.map(({path, lines}) => `${path}:${mostLines + 1}: ${lines} lines: a file of more than ${mostLines} has two ideas`);

const surrenders = /(?:: |<|\||, |\bas )any(?=[>);,[]| [=|&]|$)|@ts-(?:ignore|nocheck|expect-error)/gm;

/** The compiler is right, or else its rule should be changed for all. */
export const typesAreKept: Rule = tree =>
	sources(tree).flatMap(path => {
		const text = tree.get(path) ?? '';
		return [...text.matchAll(surrenders)].map(
			found => `${path}:${lineAt(text, found.index)}: ${found[0].trim()} gives the types up`,
		);
	});

const exported =
	/^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/** Every export of a module has a sentence above it that says what it is. */
export const exportsAreExplained: Rule = tree =>
	sources(tree)
		.filter(path => /^toolkit\/\d\d-/.test(path) && !isTest(path))
		.flatMap(path => {
			const text = tree.get(path) ?? '';
			return [...text.matchAll(exported)]
				.filter(({index}) => !text.slice(0, index).endsWith('*/\n'))
				.map(found => `${path}:${lineAt(text, found.index)}: ${found[1]} has no sentence that says what it is`);
		});
