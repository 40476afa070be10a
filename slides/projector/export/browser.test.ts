import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {run} from '#lessons/app/text/line';
import {runnables} from '../deck.ts';
import {deckNames, languages, readDeck} from '../decks.ts';
import {parseDeck} from '../parse-deck.ts';
import {openPage, type Page} from './browser.ts';
import {deckHtml} from './deck-html.ts';
import {printPdf} from './deck-pdf.ts';
import {exportDeck, exportPdf} from './export-deck.ts';
import {findBrowser, noBrowser} from './find-browser.ts';
import {missingGlyphs} from './glyphs.ts';
import {PAGE} from './style.ts';

const hasBrowser = findBrowser() !== undefined;
// Where CI promises a browser, its absence is no reason to skip.
const needsBrowser = hasBrowser || process.env.DRYDOCK_TEST_BROWSER ? {} : {skip: noBrowser};

const folder = mkdtempSync(join(tmpdir(), 'drydock-slides-test-'));
after(() => rmSync(folder, {recursive: true}));
/** Where screenshots go that somebody wants to look at. */
const shots = process.env.DRYDOCK_SLIDES_SHOTS;

async function onPage(html: string, look: (page: Page) => Promise<void>): Promise<void> {
	const file = join(folder, 'deck.html');
	writeFileSync(file, html);
	const page = await openPage(pathToFileURL(file).href, PAGE);
	try {
		await look(page);
		assert.deepEqual(page.complaints, []);
		assert.deepEqual(page.requests, [pathToFileURL(file).href], 'it loads nothing but itself');
	} finally {
		await page.close();
	}
}

/** What is seen of the slide at hand, and what of it is beyond its box. */
const SEEN = `(() => {
	const slide = document.querySelector('.slide.now');
	const box = slide.getBoundingClientRect();
	const face = slide.querySelector('.face');
	const parts = [...slide.querySelectorAll('.face *')].filter(part => part.getClientRects().length > 0);
	const isOutside = part => {
		const {left, right, top, bottom} = part.getBoundingClientRect();
		return left < box.left - 1 || right > box.right + 1 || top < box.top - 1 || bottom > box.bottom + 1;
	};
	return {
		title: slide.querySelector('h1, h2').innerText,
		isVisible: getComputedStyle(slide).visibility === 'visible' && box.width > 0,
		others: [...document.querySelectorAll('.slide')].filter(each => getComputedStyle(each).visibility === 'visible').length - 1,
		later: slide.querySelectorAll('.later').length,
		isCut: face.scrollHeight > face.clientHeight || face.scrollWidth > face.clientWidth,
		outside: parts.filter(isOutside).map(part => part.outerHTML.slice(0, 80)),
		fontSize: parseFloat(getComputedStyle(face).fontSize),
	};
})()`;

interface Seen {
	readonly title: string;
	readonly isVisible: boolean;
	readonly others: number;
	readonly later: number;
	readonly isCut: boolean;
	readonly outside: readonly string[];
	readonly fontSize: number;
}

async function press(page: Page, key: string): Promise<void> {
	await page.send('Input.dispatchKeyEvent', {type: 'keyDown', key});
	await page.send('Input.dispatchKeyEvent', {type: 'keyUp', key});
}

/** As much as a slide takes of what a program prints. */
const output = Array.from({length: 40}, (_, row) => [run(`${row} ${'x'.repeat(72)}`)]);

for (const name of deckNames()) {
	for (const language of languages) {
		test(`the HTML of ${name}.${language} shows each slide and each step in its box`, needsBrowser, async () => {
			const deck = readDeck(name, language);
			const recordings = new Map(deck.slides.flatMap(runnables).map(block => [block, {exitCode: 1, lines: output}]));
			await onPage(deckHtml(deck, recordings), async page => {
				assert.equal(await missingGlyphs(page), '', 'characters without a glyph');
				for (const [index, slide] of deck.slides.entries()) {
					for (let step = 0; step <= slide.lastStep; step++) {
						const seen = await page.evaluate<Seen>(SEEN);
						const {title, isVisible, others, isCut, outside} = seen;
						assert.deepEqual(
							{title, isVisible, others, isCut, outside},
							{title: slide.title, isVisible: true, others: 0, isCut: false, outside: []},
						);
						assert.equal(seen.later, slide.pieces.filter(piece => piece.step > step).length);
						assert.ok(seen.fontSize >= 16, `slide ${index + 1} is written in ${seen.fontSize}px`);
						if (shots !== undefined && step === slide.lastStep) await shoot(page, `${name}.${language}-${index + 1}`);
						await press(page, 'ArrowRight');
					}
				}
				await press(page, 'Home');
				assert.equal((await page.evaluate<Seen>(SEEN)).title, deck.title);
				await press(page, 's');
				const notes = await page.evaluate<string>(`document.querySelector('.now .notes').innerText`);
				assert.ok(notes.length > 20);
			});
		});
	}
}

async function shoot(page: Page, name: string): Promise<void> {
	const {data} = await page.send('Page.captureScreenshot', {format: 'png'});
	writeFileSync(join(shots!, `${name}.png`), Buffer.from(String(data), 'base64'));
}

test(
	'the page lets nothing run or load that it didn’t bring, even if something were not escaped',
	needsBrowser,
	async () => {
		const html = deckHtml(readDeck('two-hours', 'en')).replace(
			'</body>',
			'<img src="http://127.0.0.1:9/x.png"><script>document.title = "run"</script><p onclick="document.title = `run`" id="p">x</p></body>',
		);
		const file = join(folder, 'hostile.html');
		writeFileSync(file, html);
		const page = await openPage(pathToFileURL(file).href, PAGE);
		try {
			await page.evaluate(`document.getElementById('p').click()`);
			assert.notEqual(await page.evaluate('document.title'), 'run');
			assert.equal(page.complaints.filter(text => text.includes('Content Security Policy')).length, 3);
		} finally {
			await page.close();
		}
	},
);

test('printPdf() prints one page a slide, of the slides’ size', needsBrowser, async () => {
	const deck = readDeck('two-hours', 'zh');
	const printed = await printPdf(deckHtml(deck));
	const pdf = printed.pdf.toString('latin1');
	assert.deepEqual(printed.cut, []);
	assert.match(pdf, /^%PDF-/);
	// 1280×720 CSS pixels are 960×540 points.
	assert.equal(pdf.match(/\/MediaBox\s*\[0 0 960 540\]/g)?.length, deck.slides.length);
	assert.match(pdf, /\/FontName/);
});

test('exportPdf() tells which slide is longer than its page', needsBrowser, async () => {
	const rows = (count: number) => Array.from({length: count}, (_, row) => `row ${row}\n`).join('\n');
	const deck = parseDeck(`# A\n\n---\n\n## B\n\n${rows(60)}\n---\n\n## C\n\n${rows(5)}`, 'try', 'en');
	const file = join(folder, 'try.pdf');
	const told: string[] = [];
	assert.equal(await exportPdf(deck, {html: deckHtml(deck), file, write: text => void told.push(text)}), 1);
	assert.deepEqual(told, [
		`${file}\n`,
		"slides/try.en.md:5: slide 2 doesn't fit on its page and is cut: make two of it\n",
	]);
	assert.match(readFileSync(file, 'latin1'), /^%PDF-/);
});

test('openPage() leaves no browser and no profile behind', needsBrowser, async () => {
	const profiles = () => readdirSync(tmpdir()).filter(file => file.startsWith('drydock-browser-'));
	const before = profiles();
	const page = await openPage('about:blank', PAGE);
	const [own] = profiles().filter(file => !before.includes(file));
	await page.close();
	assert.deepEqual(profiles().includes(own!), false);
	const {stdout} = spawnSync('ps', ['-eo', 'args'], {encoding: 'utf8'});
	assert.ok(!stdout.includes(own!));
});

test('exportDeck() says in one line how to get a browser where there is none', async () => {
	const {PATH, DRYDOCK_BROWSER} = process.env;
	process.env.PATH = folder;
	delete process.env.DRYDOCK_BROWSER;
	try {
		const options = {
			name: 'two-hours',
			language: 'en',
			format: 'pdf',
			output: join(folder, 'x.pdf'),
			write: () => {},
		} as const;
		await assert.rejects(exportDeck(options), {message: noBrowser});
	} finally {
		process.env.PATH = PATH;
		if (DRYDOCK_BROWSER !== undefined) process.env.DRYDOCK_BROWSER = DRYDOCK_BROWSER;
	}
});
