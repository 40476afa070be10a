import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Language} from '#lesson';
import {lessonIds, loadLesson} from '#lessons/course';
import {isTooSmall, SMALLEST, type Tab} from '../layout.ts';
import {lessonState, mapState} from '../state/testing.ts';
import {stringsOf} from '../strings/strings.ts';
import {lineText, lineWidth} from '../text/line.ts';
import {helpLines, helpView} from './help-view.ts';
import {homeLines} from './home-view.ts';
import {lessonView} from './lesson-view.ts';

const lessons = (await Promise.allSettled(lessonIds().map(loadLesson))).flatMap(result =>
	result.status === 'fulfilled' ? [result.value] : [],
);
const size = fc.record({
	columns: fc.integer({min: SMALLEST.columns, max: 220}),
	rows: fc.integer({min: SMALLEST.rows, max: 70}),
});
const language = fc.constantFrom<Language>('en', 'zh');

test('homeLines() fills the screen and never overflows it', () => {
	fc.assert(
		fc.property(size, language, fc.nat({max: 18}), (size, language, selected) => {
			const lines = homeLines({...mapState(size, language), selected});
			assert.equal(lines.length, size.rows);
			for (const drawn of lines) assert.ok(lineWidth(drawn) <= size.columns, lineText(drawn));
			const name = mapState(size, language).stops[selected]!.module.title[language];
			assert.ok(
				lines.some(drawn => lineText(drawn).includes(` ${name} `)),
				'the chosen module is on the screen',
			);
		}),
	);
});

test('homeLines() fits all nineteen modules on 80×24', () => {
	const lines = homeLines(mapState({columns: 80, rows: 24})).map(lineText);
	for (const {module} of mapState({columns: 80, rows: 24}).stops)
		assert.ok(lines.some(text => text.includes(module.title.en)));
});

test('homeLines() says in the learner’s language why there is no machine', () => {
	const why = {en: 'switch it on', zh: '请打开它'};
	for (const language of ['en', 'zh'] as const) {
		const state = mapState({columns: 120, rows: 40}, language);
		const remedied = {...state, choice: {provider: 'local', available: ['local'], remedy: why}} as const;
		const unavailable = {...state, sandbox: {state: 'unavailable', why}} as const;
		for (const shown of [remedied, unavailable])
			assert.ok(homeLines(shown).map(lineText).join('\n').includes(why[language]));
	}
});

test('lessonView() keeps every pane of every step within its place, in both languages, at any size', () => {
	const step = fc.constantFrom(
		...lessons.flatMap(loaded => Object.keys(loaded.lesson.steps).map(anchor => ({loaded, anchor}))),
	);
	const tab = fc.constantFrom<Tab>('text', 'terminal', 'panel');
	fc.assert(
		fc.property(size, language, step, tab, fc.nat({max: 40}), (size, language, {loaded, anchor}, tab, textTop) => {
			const view = lessonView(lessonState(loaded, anchor, {size, language, open: {tab, textTop}}))!;
			const {text, panel, step} = view.layout;
			const panes = [
				{lines: [view.header, view.keys], columns: size.columns, rows: 2},
				{lines: text === undefined ? [] : view.text, columns: text?.columns ?? 0, rows: text?.rows ?? 0},
				{lines: view.panel, columns: panel?.columns ?? 0, rows: panel?.rows ?? 0},
				{lines: view.step, columns: step.columns, rows: step.rows},
			];
			for (const {lines, columns, rows} of panes) {
				assert.ok(lines.length <= rows);
				for (const drawn of lines) assert.ok(lineWidth(drawn) <= columns, `${columns}: ${lineText(drawn)}`);
			}
		}),
		{numRuns: 300},
	);
});

test('lessonView() shows the whole prose of every step at 80×24 without scrolling', () => {
	for (const language of ['en', 'zh'] as const) {
		for (const loaded of lessons) {
			for (const anchor of Object.keys(loaded.lesson.steps)) {
				const {textLimit} = lessonView(lessonState(loaded, anchor, {language}))!;
				assert.equal(textLimit, 0, `${loaded.lesson.id}.${language}.md {#${anchor}} is ${textLimit} lines too long`);
			}
		}
	}
});

test('homeLines() tells the whole reason on a narrow screen', () => {
	const why =
		'libvirt does not answer, and VirtualBox is not installed: start libvirtd, or install VirtualBox, then come again';
	const choice = {provider: 'local', available: ['local', 'qemu'], remedy: {en: why, zh: why}} as const;
	const shown = homeLines({...mapState({columns: 80, rows: 24}), choice}).map(lineText);
	assert.ok(shown.join(' ').replaceAll(/\s+/g, ' ').includes(why), shown.join('\n'));
});

test('lessonView() shows the backticks that a program printed', () => {
	const {loaded, anchor} = firstPrediction();
	const prediction = {
		chosen: 0,
		actual: 1,
		output: '',
		verdict: 'wrong',
		text: "read `/proc`: from \\`/srv' and \\`/x'",
	} as const;
	const {step} = lessonView(lessonState(loaded, anchor, {size: {columns: 160, rows: 50}, player: {prediction}}))!;
	assert.ok(step.map(lineText).join(' ').includes("read /proc: from `/srv' and `/x'"));
});

test('helpView() brings each line of the help to a small screen, and says that there is more', () => {
	for (const language of ['en', 'zh'] as const) {
		const state = {...mapState({columns: 60, rows: 20}, language), isHelpOpen: true};
		const [first, {limit}] = [helpView(state).lines.map(lineText), helpView(state)];
		assert.ok(first[0]!.includes(stringsOf(language).lesson.more));
		const last = helpView({...state, helpTop: limit}).lines.map(lineText);
		assert.ok(!last[0]!.includes(stringsOf(language).lesson.more));
		const shown = [...first, ...last];
		for (const drawn of helpLines(stringsOf(language), 58))
			assert.ok(shown.includes(` ${lineText(drawn)}`) || lineText(drawn) === '');
		assert.equal(first.length, 19);
	}
});

test('helpLines() fits 80×24 in both languages', () => {
	for (const language of ['en', 'zh'] as const) {
		const lines = helpLines(stringsOf(language), 78);
		assert.ok(lines.length <= 22, `${lines.length} lines`);
		for (const drawn of lines) assert.ok(lineWidth(drawn) <= 78, lineText(drawn));
	}
	assert.equal(isTooSmall({columns: 80, rows: 24}), false);
});

function firstPrediction() {
	for (const loaded of lessons) {
		const found = Object.entries(loaded.lesson.steps).find(([, step]) => step.kind === 'predict');
		if (found !== undefined) return {loaded, anchor: found[0]};
	}
	throw new Error('no lesson predicts anything');
}
