/**
 * Which characters of a page have no glyph here: a browser draws the same empty box for each of them.
 * @module
 */
import type {Page} from './browser.ts';

/**
 * Draws each wide character of the page on a canvas, and one that no font has. Those that look alike have no glyph.
 */
const expression = `(() => {
	const canvas = document.createElement('canvas');
	canvas.width = canvas.height = 40;
	const context = canvas.getContext('2d', {willReadFrequently: true});
	context.font = '32px ' + getComputedStyle(document.documentElement).fontFamily;
	const picture = character => {
		context.clearRect(0, 0, 40, 40);
		context.fillText(character, 2, 34);
		return context.getImageData(0, 0, 40, 40).data.join();
	};
	const missing = picture('\\u0378');
	const characters = new Set(document.body.innerText.match(/[\\u2e80-\\u9fff]/g) ?? []);
	const pictures = Map.groupBy(characters, picture);
	return [...pictures].flatMap(([image, same]) => (image === missing || same.length > 2 ? same : [])).join('');
})()`;

/** The Chinese characters of the page that can't be drawn here; empty if all can. */
export function missingGlyphs(page: Page): Promise<string> {
	return page.evaluate<string>(expression);
}

/** What to say where there are any. */
export const noChineseFont = 'no font here has Chinese characters: apt-get install fonts-noto-cjk';
