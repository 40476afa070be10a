/**
 * Prose → HTML. What the terminal shows of Markdown is shown here, and no more: raw HTML in it is left out, images too.
 * @module
 */
import {lexer, type Token, type Tokens} from 'marked';
import {highlight} from '#lessons/app/text/highlight';
import {escaped} from './escaped.ts';
import {linesHtml} from './line-html.ts';

/** The blocks of a text. */
export function proseHtml(markdown: string): string {
	return blocks(lexer(markdown));
}

/** Code in its colours. */
export function codeHtml(code: string, language: string): string {
	return linesHtml(code.split('\n').map(line => highlight(line, language)));
}

function blocks(tokens: readonly Token[]): string {
	return tokens.map(token => block(token as Tokens.Generic)).join('');
}

function block(token: Tokens.Generic): string {
	switch (token.type) {
		case 'heading':
			return `<h3>${inline(token.tokens)}</h3>`;
		case 'paragraph':
			return `<p>${inline(token.tokens)}</p>`;
		case 'text':
			return token.tokens === undefined ? escaped(token.text) : inline(token.tokens);
		case 'list':
			return list(token as Tokens.List);
		case 'code':
			return `<pre>${codeHtml(token.text, token.lang?.split(/\s/)[0] ?? '')}</pre>`;
		case 'blockquote':
			return `<blockquote>${blocks(token.tokens ?? [])}</blockquote>`;
		case 'table':
			return table(token as Tokens.Table);
		case 'hr':
			return '<hr>';
		default:
			return '';
	}
}

function list({items, ordered, start}: Tokens.List): string {
	const inner = items.map(({tokens}) => `<li>${blocks(tokens)}</li>`).join('');
	return ordered ? `<ol start="${Number(start) || 1}">${inner}</ol>` : `<ul>${inner}</ul>`;
}

function table({header, rows}: Tokens.Table): string {
	const row = (cells: readonly Tokens.TableCell[], tag: 'td' | 'th') =>
		`<tr>${cells.map(({tokens}) => `<${tag}>${inline(tokens)}</${tag}>`).join('')}</tr>`;
	return `<table><thead>${row(header, 'th')}</thead><tbody>${rows.map(cells => row(cells, 'td')).join('')}</tbody></table>`;
}

function inline(tokens: readonly Token[] | undefined): string {
	return (tokens ?? []).map(token => inlineToken(token as Tokens.Generic)).join('');
}

function inlineToken(token: Tokens.Generic): string {
	switch (token.type) {
		case 'br':
			return '<br>';
		case 'strong':
			return `<strong>${inline(token.tokens)}</strong>`;
		case 'em':
			return `<em>${inline(token.tokens)}</em>`;
		case 'del':
			return `<s>${inline(token.tokens)}</s>`;
		case 'codespan':
			return `<code>${escaped(token.text)}</code>`;
		case 'link':
			return link(token as Tokens.Link);
		case 'html':
			return '';
		default:
			return token.tokens === undefined ? escaped(token.text ?? token.raw) : inline(token.tokens);
	}
}

/** A link leads to the web or nowhere. */
function link({href, tokens}: Tokens.Link): string {
	const inner = inline(tokens);
	return /^https?:\/\//.test(href) ? `<a href="${escaped(href)}" rel="noreferrer">${inner}</a>` : inner;
}
