import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ownEngine} from '#engine/testing';
import type {Provider} from '#sandbox';
import {whyNot} from '#sandbox/providers';
import {deckNames, readDeck} from './decks.ts';
import {parseDeck} from './parse-deck.ts';
import {runDeck} from './run-deck.ts';

ownEngine();

const providers: readonly Provider[] = process.env.DRYDOCK_TEST_QEMU ? ['local', 'qemu'] : ['local'];

/** Every block of every slide, also those that must fail. Both languages have the same, so the Chinese ones are read only. */
for (const provider of providers) {
	const needsRoot = provider === 'local' && process.getuid?.() !== 0 ? 'its blocks need root' : undefined;
	const options = {skip: whyNot(provider) ?? needsRoot ?? false, timeout: 400_000};
	for (const name of deckNames()) {
		test(`runDeck() finds ${name} as its slides declare, in ${provider}`, options, async () => {
			const played = await runDeck(readDeck(name, 'en'), provider);
			const failures = played.flatMap(({block, failure}) =>
				failure === undefined ? [] : [`${block.line}: ${failure}`],
			);
			assert.deepEqual(failures, []);
		});
	}
}

test('runDeck() notices a block that ends otherwise than its slide says', {
	skip: whyNot('local') ?? false,
}, async () => {
	const text = [
		'# A',
		'```sh run',
		'exit 3',
		'```',
		'```sh run expect=3',
		'exit 3',
		'```',
		'```sh run fails',
		'true',
		'```',
		'```sh run prints="two"',
		'echo one; kill -INT 0; echo not reached',
		'```',
		'```sh run prints="two"',
		'kill -HUP $PPID',
		'```',
	].join('\n');
	const failures = (await runDeck(parseDeck(text, 'try', 'en'))).map(({failure}) => failure);
	assert.equal(failures[0], 'exit code 3 instead of exit code 0: it printed nothing');
	assert.equal(failures[1], undefined);
	assert.equal(failures[2], 'exit code 0 instead of a failure: it printed nothing');
	// A Ctrl-C ends the block, and the terminal stays to tell so.
	assert.match(failures[3] ?? '', /^exit code 130 instead of exit code 0: one/);
	assert.match(failures[4] ?? '', /its terminal has ended before it/);
});
