/**
 * Prose → lines: Markdown as a terminal can show it.
 *
 * `marked` cuts the text into blocks; each block becomes lines no wider than the pane. Drawings keep their columns:
 * they are never wrapped, a line too wide for the pane is cut.
 * @module
 */
import {lexer, type Token, type Tokens} from 'marked';
import {cutLine} from './cells.ts';
import {highlight} from './highlight.ts';
import {inlineLines} from './inline.ts';
import {type Line, line, lineWidth, padLine, run, type Style} from './line.ts';
import {FAINT, HEADING, STRONG} from './theme.ts';
import {wrapLine} from './wrap.ts';

/** The lines of a text at a width; blocks are kept apart by an empty line. */
export function markdownLines(markdown: string, width: number): readonly Line[] {
	return blockLines(lexer(markdown), width);
}

function blockLines(tokens: readonly Token[], width: number): readonly Line[] {
	return tokens
		.map(token => block(token as Tokens.Generic, width))
		.filter(lines => lines.length > 0)
		.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

function block(token: Tokens.Generic, width: number): readonly Line[] {
	switch (token.type) {
		case 'heading':
			return paragraph(token.tokens ?? [], width, token.depth <= 2 ? HEADING : STRONG);
		case 'paragraph':
		case 'text':
			return paragraph(token.tokens ?? [token as Token], width);
		case 'list':
			return list(token as Tokens.List, width);
		case 'code':
			return code(token as Tokens.Code, width);
		case 'blockquote':
			return blockLines(token.tokens ?? [], width - 2).map(quoted => [run('│ ', FAINT), ...quoted]);
		case 'table':
			return table(token as Tokens.Table, width);
		case 'hr':
			return [line('─'.repeat(width), FAINT)];
		default:
			return [];
	}
}

function paragraph(tokens: readonly Token[], width: number, style?: Style): readonly Line[] {
	return inlineLines(tokens, style).flatMap(text => wrapLine(text, width));
}

function list({items, ordered, start, loose}: Tokens.List, width: number): readonly Line[] {
	return items.flatMap((item, index) => {
		const mark = ordered ? `${Number(start) + index}. ` : '• ';
		const lines = itemLines(item, Math.max(2, width - mark.length));
		const marked = lines.map((text, row) => [row === 0 ? run(mark, FAINT) : run(' '.repeat(mark.length)), ...text]);
		return loose && index > 0 ? [[], ...marked] : marked;
	});
}

/** A tight item's text is followed by what is nested in it without a gap. */
function itemLines({tokens, loose}: Tokens.ListItem, width: number): readonly Line[] {
	return loose ? blockLines(tokens, width) : tokens.flatMap(token => block(token as Tokens.Generic, width));
}

const INDENT = '  ';

function code({text, lang}: Tokens.Code, width: number): readonly Line[] {
	const language = lang?.split(/\s/)[0] ?? '';
	return text.split('\n').map(source => {
		const shown = highlight(source.replaceAll('\t', '    '), language);
		return shown.length === 0 ? [] : cutLine([run(INDENT), ...shown], width);
	});
}

function table({header, rows}: Tokens.Table, width: number): readonly Line[] {
	const cells = [header, ...rows].map(row => row.map(cell => inlineLines(cell.tokens)[0] ?? []));
	const widths = header.map((_, column) => Math.max(...cells.map(row => lineWidth(row[column] ?? []))));
	const drawn = cells.map(row => row.flatMap((cell, column) => padLine([...cell, run('  ')], widths[column]! + 2)));
	const rule = line(widths.map(columns => '─'.repeat(columns)).join('  '), FAINT);
	return [drawn[0]!, rule, ...drawn.slice(1)].map(row => cutLine(row, width));
}
