/**
 * A lesson's prose: a Markdown file, cut into one screen for each step.
 *
 *     # Who am I?               ◀── the lesson's title
 *     ## On the inside {#inside}  ◀── a step begins; its anchor is its key in lesson.ts
 *     The same shell, asked …     ◀── its text, up to the next heading of this kind
 *
 * @module
 */

/** One step's text. */
export interface Section {
	readonly anchor: string;
	readonly title: string;
	/** What follows the heading, trimmed. */
	readonly markdown: string;
}

/** A whole file. */
export interface Prose {
	readonly title: string;
	/** What stands between the title and the first section. */
	readonly introduction: string;
	readonly sections: readonly Section[];
}

/**
 * Cuts a file at its headings that carry an anchor. Lines in fenced code are never headings.
 *
 * @throws {Error} for two sections with one anchor, or a heading of the second level without any.
 */
export function parseProse(text: string): Prose {
	let title = '';
	const blocks: {anchor: string; title: string; lines: string[]}[] = [{anchor: '', title: '', lines: []}];
	let fence = '';
	for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
		fence = fenceAfter(line, fence);
		const heading = fence === '' ? /^(#{1,2})\s+(.*?)\s*$/.exec(line) : null;
		if (heading === null) {
			blocks.at(-1)!.lines.push(line);
		} else if (heading[1] === '#') {
			title = heading[2]!;
		} else {
			const named = /^(.*?)\s*\{#([a-z0-9-]+)\}$/.exec(heading[2]!);
			if (named === null) throw new Error(`the heading “${heading[2]}” needs an anchor, such as {#inside}`);
			if (blocks.some(block => block.anchor === named[2])) throw new Error(`two sections are called {#${named[2]}}`);
			blocks.push({anchor: named[2]!, title: named[1]!, lines: []});
		}
	}
	const [introduction, ...sections] = blocks.map(({lines, ...block}) => ({...block, markdown: trimLines(lines)}));
	return {title, introduction: introduction!.markdown, sections};
}

/** The fence that is open after `line`: its own characters, so that ``` does not close ~~~~. */
function fenceAfter(line: string, open: string): string {
	const found = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
	if (found === null) return open;
	if (open === '') return found[1]!;
	const closes = found[1]![0] === open[0] && found[1]!.length >= open.length && found[2]!.trim() === '';
	return closes ? '' : open;
}

function trimLines(lines: readonly string[]): string {
	return lines
		.join('\n')
		.replace(/^(?:[ \t]*\n)+/, '')
		.trimEnd();
}
