import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import fc from 'fast-check';
import {snapshot} from '#observe';
import {stringsOf} from '../app/strings/strings.ts';
import {chartOf} from './chart.ts';
import {loadChart, saveChart} from './keep.ts';
import {drawMap} from './map.ts';

const directory = mkdtempSync(join(tmpdir(), 'drydock-test-'));
const path = join(directory, 'map.json');
after(() => rmSync(directory, {recursive: true}));

test('loadChart() gives back what saveChart() kept, for its owner alone', () => {
	const chart = chartOf(snapshot());
	saveChart(path, chart);
	assert.deepEqual(loadChart(path), JSON.parse(JSON.stringify(chart)));
	assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('loadChart() refuses what is no map, in one line', () => {
	const draw = (text: string): void => {
		writeFileSync(path, text);
		const since = loadChart(path);
		drawMap({now: since, since, strings: stringsOf('en'), width: 80});
	};
	for (const text of ['', '[]', '{}', 'null', '{"format":"drydock map 1"}', '{"format":"drydock map 2"}']) {
		assert.throws(() => draw(text), /^Error: .* is no saved map: drydock map --save FILE makes one$/);
	}
	fc.assert(
		fc.property(fc.json(), text => {
			writeFileSync(path, text);
			assert.throws(() => loadChart(path), /is no saved map/);
		}),
	);
	assert.throws(() => loadChart(join(directory, 'none')), /ENOENT/);
});

test('loadChart() refuses a map of which a part was taken out', () => {
	const whole = chartOf(snapshot());
	const parts = ['processes', 'userNamespaces', 'mountNamespaces', 'netNamespaces', 'cgroups', 'natRules'] as const;
	for (const part of parts) {
		writeFileSync(path, JSON.stringify({...whole, snapshot: {...whole.snapshot, [part]: [{pid: 1}]}}));
		assert.throws(() => loadChart(path), /is no saved map/, part);
	}
});
