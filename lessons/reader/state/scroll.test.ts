import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {bottomOf, byPage, inSight, type Sight} from './scroll.ts';

/** Files of any length, with lines of any height that a pane can hold. */
const sight = fc
	.record({
		heights: fc.array(fc.integer({min: 1, max: 9}), {minLength: 1, maxLength: 120}),
		room: fc.integer({min: 15, max: 60}),
	})
	.map(({heights, room}): Sight => ({lines: heights.length, room, rowsOf: line => heights[line - 1]!}));
const number = fc.integer({min: -10, max: 500});

function isShown({line, top}: {readonly line: number; readonly top: number}, sight: Sight): void {
	assert.ok(line >= 1 && line <= sight.lines, `line ${line} of ${sight.lines}`);
	assert.ok(top >= 1 && top <= line, `top ${top} above line ${line}`);
	assert.ok(line <= bottomOf({top}, sight), `line ${line} is below the pane`);
}

test('inSight() always comes to a line that there is, and shows all of it', () => {
	fc.assert(
		fc.property(sight, number, number, fc.nat({max: 3}), (sight, line, top, margin) => {
			const place = inSight({path: '', line, link: 0, top}, sight, margin);
			isShown(place, sight);
			assert.deepEqual(inSight(place, sight), place, 'what is in sight stays as it is');
		}),
		{numRuns: 500},
	);
});

test('inSight() leaves no empty rows under the last line if there is more above', () => {
	fc.assert(
		fc.property(sight, number, number, (sight, line, top) => {
			const place = inSight({path: '', line, link: 0, top}, sight);
			if (place.top === 1) return;
			let rows = 0;
			for (let shown = place.top - 1; shown <= sight.lines; shown++) rows += sight.rowsOf(shown);
			assert.ok(rows > sight.room);
		}),
	);
});

test('byPage() reaches both ends, and leaves out no line on its way', () => {
	fc.assert(
		fc.property(sight, sight => {
			let place = inSight({path: '', line: 1, link: 0, top: 1}, sight);
			for (let pages = 0; bottomOf(place, sight) < sight.lines; pages++) {
				assert.ok(pages <= sight.lines);
				const next = byPage(place, 1, sight);
				isShown(next, sight);
				assert.ok(next.top > place.top && next.top <= bottomOf(place, sight) + 1, `${place.top} → ${next.top}`);
				place = next;
			}
			place = byPage(place, 1, sight);
			assert.equal(place.line, sight.lines);
			for (let pages = 0; place.top > 1; pages++) {
				assert.ok(pages <= sight.lines);
				const before = byPage(place, -1, sight);
				isShown(before, sight);
				assert.ok(before.top < place.top && place.top <= bottomOf(before, sight) + 1, `${place.top} → ${before.top}`);
				place = before;
			}
			assert.equal(byPage(place, -1, sight).line, 1);
		}),
		{numRuns: 300},
	);
});
