/**
 * What a deck's two languages must have in common: one deck, told twice.
 * @module
 */
import {type Deck, type Problem, type Runnable, runnables} from './deck.ts';

/** Where the Chinese deck differs from the English one. */
export function pairProblems(en: Deck, zh: Deck): readonly Problem[] {
	const count = en.slides.length;
	if (zh.slides.length !== count) {
		return [{line: 1, text: `${zh.slides.length} slides, and ${count} in English`}];
	}
	return zh.slides.flatMap((slide, index) => {
		const other = en.slides[index]!;
		const name = `slide ${index + 1}`;
		const texts = [
			slide.minutes !== other.minutes && `${name}: ${slide.minutes} minutes, and ${other.minutes} in English`,
			slide.lastStep !== other.lastStep &&
				`${name}: built in ${slide.lastStep} steps, and ${other.lastStep} in English`,
			signature(runnables(slide)) !== signature(runnables(other)) &&
				`${name}: not the same blocks to run as in English`,
		];
		return texts.filter(text => text !== false).map(text => ({line: slide.line, text}));
	});
}

function signature(blocks: readonly Runnable[]): string {
	return JSON.stringify(blocks.map(({code, expected, prints, step}) => ({code, expected, prints, step})));
}
