import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {isTooSmall, layoutOf, type Size, SMALLEST, type Tab, terminalSize} from './layout.ts';

const size: fc.Arbitrary<Size> = fc.record({
	columns: fc.integer({min: SMALLEST.columns, max: 300}),
	rows: fc.integer({min: SMALLEST.rows, max: 100}),
});
const tab = fc.constantFrom<Tab>('text', 'terminal', 'panel');
const wishes = fc.record({text: fc.nat({max: 60}), step: fc.nat({max: 60})});

test('layoutOf() fills the screen exactly, and gives each pane room', () => {
	fc.assert(
		fc.property(size, tab, wishes, (size, tab, wishes) => {
			const {kind, text, terminal, panel, step} = layoutOf(size, tab, wishes);
			const frame = 2;
			if (kind === 'narrow') {
				const [pane, ...others] = [text, terminal, panel].filter(pane => pane !== undefined);
				assert.deepEqual(others, []);
				assert.equal(pane!.rows + 1 + step.rows + frame, size.rows);
				assert.equal(pane!.columns, size.columns);
			} else {
				assert.equal(text!.rows + 1 + step.rows + frame, size.rows);
				assert.equal(terminal!.rows + panel!.rows + 2 + frame, size.rows);
				assert.equal(text!.columns + 1 + terminal!.columns, size.columns);
				assert.equal(terminal!.columns, panel!.columns);
			}
			for (const pane of [text, terminal, panel, step])
				assert.ok(pane === undefined || (pane.rows >= 1 && pane.columns >= 30));
		}),
	);
});

test('terminalSize() is what any layout gives the shell', () => {
	fc.assert(
		fc.property(size, wishes, (size, wishes) => {
			assert.deepEqual(layoutOf(size, 'terminal', wishes).terminal, terminalSize(size));
		}),
	);
});

test('layoutOf() shows fourteen lines of prose and a heading beside a usual step at 80×24', () => {
	const {text, step} = layoutOf({columns: 80, rows: 24}, 'text', {text: 16, step: 5});
	assert.ok(text!.rows >= 16 && step.rows >= 5);
});

test('layoutOf() gives the shell 80 columns at 160×50', () => {
	assert.ok(terminalSize({columns: 160, rows: 50}).columns >= 80);
});

test('isTooSmall() accepts 80×24', () => {
	assert.equal(isTooSmall({columns: 80, rows: 24}), false);
	assert.equal(isTooSmall({columns: 80, rows: 10}), true);
});
