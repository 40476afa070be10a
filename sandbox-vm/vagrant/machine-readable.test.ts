import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {lastOf, parseEvent, spokenLines, type VagrantEvent} from './machine-readable.ts';

/** As Vagrant writes it, by its lib/vagrant/ui.rb. */
function written({seconds, target = '', type, data}: VagrantEvent): string {
	const escaped = data.map(text =>
		text.replaceAll(',', '%!(VAGRANT_COMMA)').replaceAll('\n', '\\n').replaceAll('\r', '\\r'),
	);
	return `${seconds},${target},${type},${escaped.join(',')}`;
}

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);
/** All that can be told apart once it was written: see the surprise in machine-readable.ts. */
const text = fc.string({unit: 'binary'}).filter(text => !text.includes('\\') && !text.includes('%!('));
const event = fc.record(
	{
		seconds: fc.nat(),
		target: fc.option(word, {nil: undefined}),
		type: word,
		data: fc.array(text, {minLength: 1, maxLength: 5}),
	},
	{noNullPrototype: true},
);

test('parseEvent() reads what Vagrant writes', () => {
	fc.assert(fc.property(event, event => assert.deepEqual(parseEvent(written(event)), event)));
});

test('parseEvent() takes whatever it is given, and keeps each event to its line', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), line => {
			const event = parseEvent(line);
			if (event !== undefined) assert.ok(/^\d+,/.test(line) && !event.type.includes(','));
		}),
	);
});

test('parseEvent() leaves out what is plain text', () => {
	for (const line of ['', 'Host drydock', '  HostName 127.0.0.1', 'Vagrant 2.3.4', '12', '12,a', '12,a,', 'x,a,b']) {
		assert.equal(parseEvent(line), undefined, line);
	}
});

test('parseEvent() reads an event without data, and one with empty data', () => {
	assert.deepEqual(parseEvent('12,,box'), {seconds: 12, target: undefined, type: 'box', data: []});
	assert.deepEqual(parseEvent('12,,box,'), {seconds: 12, target: undefined, type: 'box', data: ['']});
});

test('lastOf() is the newest', () => {
	const events = ['1,m,state,poweroff', '2,m,state,running', '3,m,other,x'].map(line => parseEvent(line)!);
	assert.deepEqual(lastOf(events, 'state'), ['running']);
	assert.equal(lastOf(events, 'never'), undefined);
});

test('spokenLines() are what people read, without the ornaments', () => {
	const events = [
		'1,drydock,ui,detail,    drydock: SSH username: vagrant',
		'2,drydock,ui,info,==> drydock: one%!(VAGRANT_COMMA) two\\n==> drydock: three',
		'3,drydock,metadata,provider,libvirt',
		'4,,ui,error,\x1b[31mred\x1b[0m',
	].map(line => parseEvent(line)!);
	assert.deepEqual(spokenLines(events), ['SSH username: vagrant', 'one, two', 'three', 'red']);
});
