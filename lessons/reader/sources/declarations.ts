/**
 * What a file declares at its top level, found by its layout: a declaration begins a line, its body is indented.
 * @module
 */
import {once} from './once.ts';
import {commentText, firstSentence, type SourceFile} from './source-file.ts';

/** The words that declare. */
export type DeclarationKind = 'function' | 'const' | 'let' | 'class' | 'interface' | 'type' | 'enum';

/** One name and its place. */
export interface Declaration {
	readonly path: string;
	readonly name: string;
	readonly kind: DeclarationKind;
	readonly isExported: boolean;
	/** Where the name stands. */
	readonly line: number;
	/** Where the comment above it begins; `line` if there is none. */
	readonly firstLine: number;
	readonly lastLine: number;
	/** What its comment says first. */
	readonly sentence: string;
}

const opening =
	/^(export )?(?:default )?(?:declare )?(?:async )?(?:abstract )?(function|const|let|class|interface|type|enum)\*? (\w+)/;

/** The declarations of a file, from top to bottom. */
export const declarationsOf = once((file: SourceFile): readonly Declaration[] =>
	file.lines.flatMap((text, index) => {
		const found = opening.exec(text);
		if (found === null) return [];
		const firstLine = commentStart(file.lines, index) + 1;
		return [
			{
				path: file.path,
				name: found[3]!,
				kind: found[2] as DeclarationKind,
				isExported: found[1] !== undefined,
				line: index + 1,
				firstLine,
				lastLine: bodyEnd(file.lines, index) + 1,
				sentence: sentenceOf(file.lines.slice(firstLine - 1, index)),
			},
		];
	}),
);

/** The declaration that a line belongs to, its comment included. */
export function declarationAt(file: SourceFile, line: number): Declaration | undefined {
	return declarationsOf(file).find(({firstLine, lastLine}) => firstLine <= line && line <= lastLine);
}

/** The comment right above `index`; the file's opening comment belongs to no declaration. */
function commentStart(lines: readonly string[], index: number): number {
	if (!/^(?: \*\/|\/\*\*.*\*\/)$/.test(lines[index - 1] ?? '')) return index;
	let start = index - 1;
	while (start > 0 && !lines[start]!.startsWith('/**')) start--;
	return lines.slice(start, index).some(line => line.includes('@module')) ? index : start;
}

/** It goes on while lines are indented, empty, or close a bracket. */
function bodyEnd(lines: readonly string[], index: number): number {
	let end = index;
	for (let next = index + 1; next < lines.length && /^(?:\s|[)}\]`]|$)/.test(lines[next]!); next++) {
		if (lines[next] !== '') end = next;
	}
	// A line that ended its own statement has no body: what is indented below it belongs to something else.
	return end;
}

function sentenceOf(comment: readonly string[]): string {
	return firstSentence(
		commentText(
			comment
				.join('\n')
				.replace(/^\/\*\*/, '')
				.replace(/\*\/$/, ''),
		),
	);
}
