/**
 * One file of the toolkit, and what its text says of itself.
 *
 * Lines are counted from 1 everywhere in the reader, as editors and compilers count them.
 * @module
 */
import {once} from './once.ts';

/** A file as it is read. */
export interface SourceFile {
	/** Below the project's folder: `toolkit/05-mnt/bind.ts`. */
	readonly path: string;
	/** The folder of the toolkit that it belongs to: `05-mnt`. */
	readonly module: string;
	/** Below its module: `bind.ts`, `netlink/links.ts`. */
	readonly name: string;
	readonly text: string;
	readonly lines: readonly string[];
	/** Tests, and what tests share, are no part of the walk; they can be turned to. */
	readonly isTest: boolean;
}

/** Makes a file of a path such as `toolkit/05-mnt/bind.ts` and its text. */
export function sourceFile(path: string, text: string): SourceFile {
	const [, module = '', ...rest] = path.split('/');
	return {
		path,
		module,
		name: rest.join('/'),
		text,
		lines: text.replace(/\n$/, '').split('\n'),
		isTest: /(?:\.test|\.suite|(?:^|\/)testing)\.tsx?$/.test(path),
	};
}

/** The opening comment without its stars: a module's map, as Markdown. Empty if there is none. */
export const openingComment = once(({text}: SourceFile): string => {
	const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
	return commentText(comment)
		.replace(/\s*@module\s*$/, '')
		.trim();
});

/** What the file is about, in one sentence: how its opening comment begins, without the number of its module. */
export const ideaOf = once((file: SourceFile): string =>
	firstSentence(openingComment(file)).replace(/^\d\d \u00b7 /, ''),
);

/** A documentation comment's text, without the stars. */
export function commentText(comment: string): string {
	return comment
		.split('\n')
		.map(line => line.replace(/^\s*\* ?/, ''))
		.join('\n');
}

/** The first sentence of a text, on one line. */
export function firstSentence(text: string): string {
	const paragraph = (text.trim().split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ');
	return /^.*?[.?](?= [A-Z`]|$)/.exec(paragraph)?.[0] ?? paragraph;
}
