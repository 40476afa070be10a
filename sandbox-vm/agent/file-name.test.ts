import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {bytesOf, legibleName, nameOf} from './file-name.ts';

test('nameOf() leaves text as it is, and bytesOf() finds any bytes again, through JSON too', () => {
	assert.equal(nameOf(Buffer.from('海/ship 🚢')), '海/ship 🚢');
	fc.assert(
		fc.property(fc.uint8Array(), bytes => {
			const name = JSON.parse(JSON.stringify(nameOf(Buffer.from(bytes))));
			assert.deepEqual(bytesOf(name), Buffer.from(bytes));
		}),
	);
});

test('legibleName() shows the bytes that are no text', () => {
	assert.equal(legibleName(nameOf(Buffer.from('sh\xffp', 'latin1'))), 'sh\\xffp');
	assert.equal(legibleName(nameOf(Buffer.from('海🚢'))), '海🚢');
});
