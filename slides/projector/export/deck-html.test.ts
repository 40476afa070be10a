import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {run} from '#lessons/app/text/line';
import {runnables} from '../deck.ts';
import {deckNames, languages, readDeck} from '../decks.ts';
import {parseDeck} from '../parse-deck.ts';
import {deckHtml} from './deck-html.ts';
import {linesHtml} from './line-html.ts';
import {proseHtml} from './prose-html.ts';

const deck = parseDeck('# A <b> & "c"\n\n```sh run fails\ncat <x\n```\n\n<!-- notes: <i>n</i> -->\n', 'try', 'en');
const [block] = deck.slides.flatMap(runnables);

test('deckHtml() takes nothing that a program printed for markup', () => {
	const hostile = `</pre><script>alert(1)</script>' onload="x" \x1b[2J\u202e`;
	const html = deckHtml(deck, new Map([[block!, {exitCode: 1, lines: [[run(hostile)]]}]]));
	assert.equal(html.match(/<script>/g)?.length, 1, 'its own script is the only one');
	assert.ok(html.includes('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39; onload=&quot;x&quot; [2J</pre>'));
	assert.ok(html.includes('<h1>A &lt;b&gt; &amp; &quot;c&quot;</h1>'));
	assert.ok(html.includes('exit code 1, as it should'));
});

test('deckHtml() shows commands only where nothing was run', () => {
	const html = deckHtml(deck);
	assert.doesNotMatch(html, /<pre class="output"|<figcaption/);
	assert.ok(html.includes('cat</span> &lt;'));
});

test('deckHtml() cuts an endless output, and says how much is missing', () => {
	const lines = Array.from({length: 100}, (_, row) => [run(`line ${row}`)]);
	const html = deckHtml(deck, new Map([[block!, {exitCode: 1, lines}]]));
	assert.ok(html.includes('line 12') && !html.includes('line 13'));
	assert.ok(html.includes('… +87'));
});

test('deckHtml() names nothing outside of itself', () => {
	for (const name of deckNames()) {
		for (const language of languages) {
			const html = deckHtml(readDeck(name, language));
			assert.doesNotMatch(html, /\b(?:src|href)="(?!https?:\/\/)|@import|url\(/);
			assert.match(html, /default-src 'none'/);
		}
	}
});

test('proseHtml() makes a link of the web’s addresses only, and leaves raw HTML and images out', () => {
	assert.equal(
		proseHtml('[a](https://x.org/?a=1&b="2")').match(/href="([^"]*)"/)?.[1],
		'https://x.org/?a=1&amp;b=&quot;2&quot;',
	);
	assert.equal(proseHtml('[a](javascript:x) <img src=x onerror=y> b'), '<p>a  b</p>');
	assert.equal(proseHtml('![pic](http://x.org/y.png)').includes('<img'), false);
});

test('proseHtml() lets through no tag but its own, whatever the text', () => {
	const piece = fc.constantFrom(
		'<script>',
		'</p>',
		'`',
		'```\n',
		'# ',
		'- ',
		'| a |\n|--|\n',
		'[x](y)',
		'<!--',
		'&lt;',
		'**',
		'\n',
		'"',
		'进',
	);
	const own =
		/<\/?(?:p|h3|ul|ol|li|pre|code|span|strong|em|s|a|br|hr|blockquote|table|thead|tbody|tr|th|td)(?: (?:class|start|style|href|rel)="[^"<>]*")*>/g;
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(piece).map(pieces => pieces.join('')),
			),
			text => {
				assert.doesNotMatch(proseHtml(text).replaceAll(own, ''), /[<>]/);
			},
		),
	);
});

test('linesHtml() keeps columns for Chinese, and colours by class', () => {
	assert.equal(
		linesHtml([[run('a进')], [run('x', {bold: true, color: {palette: 1}})]]),
		'a<span class="wide">进</span>\n<span class="bold color-1">x</span>',
	);
	assert.equal(linesHtml([[run('x', {color: {rgb: 0x0a0b0c}})]]), '<span style="color:#0a0b0c;">x</span>');
	assert.equal(linesHtml([[run('x', {color: {palette: 196}})]]), '<span style="color:rgb(255,0,0);">x</span>');
});
