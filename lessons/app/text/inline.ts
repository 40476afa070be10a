/**
 * The inside of a paragraph: bold, emphasis, names in code, links.
 * @module
 */
import type {Token, Tokens} from 'marked';
import {type Line, PLAIN, type Run, run, type Style} from './line.ts';
import {CODE, EMPHASIS, FAINT, LINK, STRONG} from './theme.ts';

/** The paragraphs that inline tokens make: one, or more if the author forced line breaks. */
export function inlineLines(tokens: readonly Token[], style: Style = PLAIN): readonly Line[] {
	const lines: Run[][] = [[]];
	for (const part of parts(tokens, style)) {
		if (part === 'break') lines.push([]);
		else lines.at(-1)!.push(part);
	}
	return lines.map(joinedAtNewlines);
}

function parts(tokens: readonly Token[], style: Style): readonly (Run | 'break')[] {
	return tokens.flatMap(token => part(token as Tokens.Generic, style));
}

function part(token: Tokens.Generic, style: Style): readonly (Run | 'break')[] {
	switch (token.type) {
		case 'br':
			return ['break'];
		case 'strong':
			return parts(token.tokens ?? [], mixed(style, STRONG));
		case 'em':
			return parts(token.tokens ?? [], mixed(style, EMPHASIS));
		case 'del':
			return parts(token.tokens ?? [], mixed(style, {strike: true}));
		case 'codespan':
			return [run(decoded(token.text), mixed(style, CODE))];
		case 'link':
			return [...parts(token.tokens ?? [], mixed(style, LINK)), ...address(token as Tokens.Link)];
		case 'html':
			return [];
		default:
			return token.tokens === undefined ? [run(decoded(token.text ?? token.raw), style)] : parts(token.tokens, style);
	}
}

/** A terminal's reader can't hover: the address stands behind the words, unless the words are the address. */
function address({href, text}: Tokens.Link): readonly Run[] {
	return href === text || href === `mailto:${text}` ? [] : [run(` <${href}>`, FAINT)];
}

/** A line end in the source is a space, but not between two Chinese characters, which have none. */
function joinedAtNewlines(runs: readonly Run[]): Line {
	return runs.map(({text, style}, index) => {
		const following = runs[index + 1]?.text[0] ?? '';
		return run(
			text.replace(/(.?)[ \t]*\n[ \t]*(.?)/gu, (_, before: string, after: string) =>
				isWide(before) && isWide(after === '' ? following : after) ? before + after : `${before} ${after}`,
			),
			style,
		);
	});
}

function isWide(character: string): boolean {
	return /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u{20000}-\u{3ffff}”’…—]/u.test(character);
}

/** Styles of runs are compared by identity: each mixture is made once. */
const mixtures = new Map<Style, Map<Style, Style>>();

function mixed(outer: Style, inner: Style): Style {
	if (outer === PLAIN) return inner;
	const known = mixtures.get(outer) ?? new Map<Style, Style>();
	mixtures.set(outer, known);
	const found = known.get(inner) ?? {...outer, ...inner};
	known.set(inner, found);
	return found;
}

/** `marked` leaves these as the author wrote them. */
function decoded(text: string): string {
	return text
		.replaceAll('\t', ' ')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&#39;', "'")
		.replaceAll('&amp;', '&');
}
