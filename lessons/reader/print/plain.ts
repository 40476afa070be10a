/**
 * The toolkit as a book for a pipe: `drydock read pid | less`.
 * @module
 */
import type {Found} from '../sources/find.ts';
import type {Library, Module} from '../sources/library.ts';
import type {SourceFile} from '../sources/source-file.ts';

const RULE = '─'.repeat(80);

/** What was asked for as plain text; all of the toolkit if nothing was. */
export function plainText(library: Library, found: Found | undefined): string {
	if (found === undefined) return library.modules.map(chapter).join('\n');
	switch (found.kind) {
		case 'module':
			return chapter(found.module);
		case 'file':
			return page(found.file);
		case 'declaration': {
			const {path, firstLine, lastLine, line} = found.declaration;
			return `${header(`${path}:${line}`)}\n${found.file.lines.slice(firstLine - 1, lastLine).join('\n')}\n`;
		}
	}
}

function chapter({files}: Module): string {
	return files.map(page).join('\n');
}

function page({path, text}: SourceFile): string {
	return `${header(path)}\n${text.endsWith('\n') ? text : `${text}\n`}`;
}

function header(title: string): string {
	return `${RULE}\n${title}\n${RULE}\n`;
}
