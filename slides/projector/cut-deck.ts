/**
 * A deck's file → its slides as text, each with the comments that stood in it.
 *
 *     # Title
 *     <!-- minutes: 5 -->        ◀── taken out; its line stays, empty, so that line numbers hold
 *     <!-- build -->             ◀── the slide's next part begins
 *     ---                        ◀── the next slide begins
 *
 * @module
 */

/** A slide's own text. */
export interface Cut {
	/** In the order in which they appear; at least one. */
	readonly parts: readonly Part[];
	readonly comments: readonly Comment[];
}

/** What stands between two marks for building. */
export interface Part {
	/** The line of the file on which it begins, from 1. */
	readonly line: number;
	readonly text: string;
}

/** What stood between `<!--` and `-->`. */
export interface Comment {
	readonly line: number;
	readonly text: string;
}

interface Draft {
	readonly parts: {readonly line: number; readonly lines: string[]}[];
	readonly comments: Comment[];
}

/** Cuts a file at its lines of three dashes. Within fenced code and comments nothing is cut. */
export function cutDeck(text: string): readonly Cut[] {
	const cuts: Draft[] = [emptyDraft(1)];
	let fence = '';
	let open: {line: number; lines: string[]} | undefined;
	const lines = text
		.replace(/^\ufeff/, '')
		.replaceAll('\r\n', '\n')
		.split('\n');
	for (const [index, line] of lines.entries()) {
		const {parts, comments} = cuts.at(-1)!;
		const isText = open === undefined && fence === '';
		if (isText && line === '---') {
			cuts.push(emptyDraft(index + 2));
			continue;
		}
		if (isText && line.startsWith('<!--')) open = {line: index + 1, lines: []};
		if (open === undefined) {
			fence = fenceAfter(line, fence);
			parts.at(-1)!.lines.push(line);
			continue;
		}
		open.lines.push(line);
		parts.at(-1)!.lines.push('');
		if (!line.trimEnd().endsWith('-->')) continue;
		const comment = {line: open.line, text: inside(open.lines)};
		if (comment.text === 'build') parts.push({line: index + 2, lines: []});
		else comments.push(comment);
		open = undefined;
	}
	// A comment that nobody closed is one all the same: `parseDeck` finds no word in it that it knows.
	if (open !== undefined) cuts.at(-1)!.comments.push({line: open.line, text: ''});
	return cuts.map(({parts, comments}) => ({
		parts: parts.map(({line, lines}) => ({line, text: lines.join('\n')})),
		comments,
	}));
}

function emptyDraft(line: number): Draft {
	return {parts: [{line, lines: []}], comments: []};
}

/** The fence that is open after `line`. */
function fenceAfter(line: string, open: string): string {
	const [, mark = '', rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
	if (open === '') return mark;
	return mark.startsWith(open) && rest.trim() === '' ? '' : open;
}

function inside(lines: readonly string[]): string {
	return lines.join('\n').trim().slice('<!--'.length, -'-->'.length).trim();
}
