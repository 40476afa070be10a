import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {KernelName} from '#kernel/error';
import {allPlaces, placeFor, placeText} from './places.ts';

const root = join(import.meta.dirname, '../..');

test('every place is an exported symbol of the toolkit', () => {
	assert.ok(allPlaces.length > 50);
	for (const {file, symbol} of allPlaces) {
		const text = readFileSync(join(root, file), 'utf8');
		assert.match(text, new RegExp(`^export (async )?(function|const|class) ${symbol}\\b`, 'm'), `${file} ${symbol}`);
	}
});

test('placeFor() leads to the line', () => {
	const place = placeFor({call: 'sethostname', args: ['web', 3]})!;
	assert.equal(place.file, 'toolkit/02-uts/uts.ts');
	const line = readFileSync(join(root, place.file), 'utf8').split('\n')[place.line! - 1]!;
	assert.match(line, /export function setHostname/);
	assert.equal(placeText(place), `toolkit/02-uts/uts.ts:${place.line}`);
});

test('placeFor() leads to the module of a namespace', () => {
	const symbolOf = (flags: string) => placeFor({call: 'unshare', args: [new KernelName(flags)]})?.symbol;
	assert.equal(symbolOf('CLONE_NEWNET'), 'createNetNamespace');
	assert.equal(symbolOf('CLONE_NEWPID'), 'createPidNamespace');
	assert.equal(symbolOf('CLONE_NEWNS|CLONE_NEWUTS'), 'unshare');
	assert.equal(placeFor({call: 'fsopen', args: ['tmpfs']}), undefined);
});
