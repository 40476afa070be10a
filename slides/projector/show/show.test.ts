import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {SMALLEST} from '#lessons/app/layout';
import {lineText, lineWidth} from '#lessons/app/text/line';
import {deckNames, readDeck} from '../decks.ts';
import {parseDeck} from '../parse-deck.ts';
import {footer} from './footer.ts';
import {intentOf} from './intents.ts';
import {helpView, overviewView} from './overlays.ts';
import {reduce} from './reduce.ts';
import {LEAST_TERMINAL_ROWS, paneSize, paneTop} from './show-layout.ts';
import {currentDeck, nextBlock, type Pane, type ShowState} from './show-state.ts';
import {slideView} from './slide-view.ts';

const decks = deckNames().map(name => ({en: readDeck(name, 'en'), zh: readDeck(name, 'zh')}));

function showing(change: Partial<ShowState> = {}): ShowState {
	return {
		decks: decks[0]!,
		language: 'en',
		size: {columns: 80, rows: 24},
		slide: 0,
		step: 0,
		focus: 'slides',
		selected: 0,
		now: 0,
		machine: {state: 'running'},
		panes: new Map(),
		...change,
	};
}

function pressed(state: ShowState, ...keys: readonly string[]): ShowState {
	return keys.reduce((now, key) => {
		const intent = intentOf(key, now);
		return intent === undefined ? now : reduce(now, intent);
	}, state);
}

const built = parseDeck(
	'# A\n\n---\n\n# B\n\n<!-- build -->\n\n- x\n- y\n\n```sh run\nls\n```\n\n---\n\n# C\n',
	'try',
	'en',
);
const small = showing({decks: {en: built, zh: built}});

test('reduce() goes on by steps and back by slides', () => {
	const at = ({slide, step}: ShowState) => [slide, step];
	assert.deepEqual(at(pressed(small, 'right')), [1, 0]);
	assert.deepEqual(at(pressed(small, 'right', ' ', 'pagedown')), [1, 2]);
	assert.deepEqual(at(pressed(small, 'right', 'right', 'right', 'right')), [2, 0]);
	assert.deepEqual(at(pressed(small, 'right', 'right', 'right', 'right', 'right')), [2, 0], 'after the last, nothing');
	assert.deepEqual(at(pressed(small, 'end', 'left')), [1, 2], 'who comes back has seen the steps');
	assert.deepEqual(at(pressed(small, 'left')), [0, 0]);
});

test('reduce() goes to a number, whatever is typed', () => {
	assert.equal(pressed(small, 'g', '2', 'enter').slide, 1);
	assert.equal(pressed(small, 'g', '9', '9', '9', '9', 'enter').slide, 2);
	assert.equal(pressed(small, 'g', '0', 'enter').slide, 0);
	assert.equal(pressed(small, 'end', 'g', 'enter').slide, 2);
	assert.equal(pressed(small, 'g', '2', 'backspace', '3', 'enter').slide, 2);
	assert.equal(pressed(small, 'g', '2', 'escape').typed, undefined);
});

test('intentOf() runs a block with Enter only where one has appeared and there is a machine', () => {
	const before = pressed(small, 'right');
	assert.deepEqual(intentOf('enter', before), {type: 'next'});
	const there = pressed(before, 'right', 'right');
	assert.deepEqual(intentOf('enter', there), {type: 'run'});
	assert.deepEqual(intentOf('enter', {...there, machine: {state: 'unavailable', why: 'x'}}), {type: 'next'});
	assert.equal(nextBlock({...there, panes: new Map([[1, {block: 0}]])}), 0, 'after the last block, the first again');
});

test('reduce() goes into the terminal only while somebody reads there', () => {
	const terminal = {} as NonNullable<Pane['terminal']>;
	const into = (pane: Pane) => pressed({...small, slide: 1, panes: new Map([[1, pane]])}, 'tab').focus;
	assert.equal(into({block: 0}), 'slides', 'the machine has not started it yet');
	assert.equal(into({block: 0, terminal}), 'terminal');
	assert.equal(into({block: 0, terminal, exitCode: 0, isOver: true}), 'slides', 'its shell has ended');
});

test('intentOf() leaves at the second q only, and not from within the terminal', () => {
	assert.equal(pressed(small, 'q').overlay, 'leave');
	assert.deepEqual(intentOf('q', pressed(small, 'q')), {type: 'leave'});
	assert.deepEqual(intentOf('x', pressed(small, 'q')), {type: 'close'});
	assert.equal(intentOf('q', {...small, focus: 'terminal'}), undefined);
});

test('intentOf() lets any key bring the screen back', () => {
	for (const key of ['b', ' ', 'pagedown', 'enter']) {
		const back = pressed(small, 'b', key);
		assert.deepEqual([back.overlay, back.slide], [undefined, 0]);
	}
});

test('reduce() starts the time with the first step', () => {
	assert.equal(pressed({...small, now: 5}, 'o', 'escape', 'l').startedAt, undefined);
	const started = pressed({...small, now: 5}, 'right');
	assert.equal(started.startedAt, 5);
	assert.equal(pressed({...started, now: 9}, 'right').startedAt, 5);
	assert.equal(pressed({...started, now: 9}, 't').startedAt, 9);
});

test('every view fills its place, in both languages, at any size', () => {
	const state = fc.record({
		decks: fc.constantFrom(...decks),
		language: fc.constantFrom('en' as const, 'zh' as const),
		size: fc.record({
			columns: fc.integer({min: SMALLEST.columns, max: 220}),
			rows: fc.integer({min: SMALLEST.rows, max: 70}),
		}),
		slide: fc.nat({max: 9}),
		step: fc.nat({max: 3}),
		selected: fc.nat({max: 9}),
		hasPane: fc.boolean(),
		focus: fc.constantFrom('slides' as const, 'terminal' as const),
		overlay: fc.constantFrom(undefined, 'leave' as const),
		startedAt: fc.constantFrom(undefined, 0),
		now: fc.nat({max: 40_000_000}),
	});
	fc.assert(
		fc.property(state, ({hasPane, ...change}) => {
			const panes: ShowState['panes'] = new Map(hasPane ? [[change.slide, {block: 0, exitCode: 0}]] : []);
			const now = showing({...change, panes});
			const {columns, rows} = now.size;
			const slide = currentDeck(now).slides[now.slide]!;
			const below = hasPane ? paneSize(now.size, slide).rows + 1 : 0;
			const above = slideView(now);
			assert.equal(above.length + below + 2, rows);
			if (hasPane) {
				assert.ok(paneSize(now.size, slide).rows >= LEAST_TERMINAL_ROWS);
				assert.equal(paneTop(now.size, slide), above.length + 1);
			}
			assert.equal(overviewView(now).length, rows - 2);
			assert.equal(helpView(now).length, rows - 2);
			for (const line of [...above, ...footer(now), ...overviewView(now)]) {
				assert.ok(lineWidth(line) <= columns, `${columns}: ${lineText(line)}`);
			}
			const name = currentDeck(now).slides[now.selected]!.title;
			assert.ok(
				overviewView(now).some(line => lineText(line).includes(name)),
				'the chosen slide is on the screen',
			);
		}),
		{numRuns: 300},
	);
});
