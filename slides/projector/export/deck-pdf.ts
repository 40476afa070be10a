/**
 * A deck → PDF, one page a slide: the HTML, printed by a browser of this machine.
 * @module
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {openPage} from './browser.ts';
import {missingGlyphs, noChineseFont} from './glyphs.ts';
import {PAGE} from './style.ts';

/** As the page's own script has found when it looked for the size of the letters. */
const CUT = `[...document.querySelectorAll('.slide')].flatMap((slide, index) => (slide.matches('.cut') ? [index] : []))`;

/** A deck on paper. */
export interface PrintedDeck {
	readonly pdf: Buffer;
	/** Which slides, from 0, are longer than their page, and cut there. */
	readonly cut: readonly number[];
}

/**
 * Prints an exported deck.
 *
 * @throws {Error} if there is no browser, or no font for its characters.
 */
export async function printPdf(html: string): Promise<PrintedDeck> {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-slides-'));
	try {
		const file = join(folder, 'deck.html');
		writeFileSync(file, html);
		const page = await openPage(pathToFileURL(file).href, PAGE);
		try {
			if ((await missingGlyphs(page)) !== '') throw new Error(noChineseFont);
			const {data} = await page.send('Page.printToPDF', {preferCSSPageSize: true, printBackground: true});
			return {pdf: Buffer.from(String(data), 'base64'), cut: await page.evaluate(CUT)};
		} finally {
			await page.close();
		}
	} finally {
		rmSync(folder, {recursive: true});
	}
}
