import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {createConnection} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {lineText, lineWidth} from '#lessons/app/text/line';
import {deckNames, languages, readDeck} from '../decks.ts';
import {announce} from './announce.ts';
import {type Followed, follow} from './follow.ts';
import type {Position} from './messages.ts';
import {presentationPath, presentations} from './place.ts';
import {speakerView} from './speaker-view.ts';

// The path is short, as a socket's must be.
const state = mkdtempSync(join(tmpdir(), 'dd-'));
process.env.DRYDOCK_STATE = state;
after(() => rmSync(state, {recursive: true}));

const position: Position = {deck: 'two-hours', language: 'en', slide: 3, step: 1, startedAt: 7, isBlack: false};

/** Follows, and lets a test wait for what is told. */
function following(wanted?: string) {
	let told: Followed = {state: 'none'};
	const waiting = new Set<() => void>();
	const follower = follow(wanted, followed => {
		told = followed;
		for (const wake of waiting) wake();
	});
	const until = (isSo: (followed: Followed) => boolean) =>
		new Promise<Followed>(resolve => {
			const look = () => {
				if (!isSo(told)) return;
				waiting.delete(look);
				resolve(told);
			};
			waiting.add(look);
			look();
		});
	return {...follower, until};
}

const isAt = (slide: number) => (followed: Followed) =>
	followed.state === 'following' && followed.position.slide === slide;

test('follow() hears where a presentation is, steers it, and waits when it has ended', async () => {
	const steered = Promise.withResolvers<string>();
	const screen = following('two-hours');
	await screen.until(({state}) => state === 'none');
	const announcement = await announce('two-hours', steered.resolve);
	announcement.tell(position);
	assert.deepEqual(await screen.until(isAt(3)), {state: 'following', position});
	announcement.tell({...position, slide: 4});
	await screen.until(isAt(4));
	screen.steer('back');
	assert.equal(await steered.promise, 'back');
	announcement.close();
	await screen.until(({state}) => state === 'none');
	screen.close();
	assert.deepEqual(presentations(), []);
});

test('announce() makes a socket for its owner alone', async () => {
	const announcement = await announce('two-hours', () => {});
	const path = presentationPath('two-hours');
	assert.equal(statSync(path).mode & 0o777, 0o600);
	assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
	announcement.close();
	assert.equal(existsSync(path), false);
});

test('announce() cuts off who sends more than a word, and obeys nobody who sends another', async () => {
	const steered: string[] = [];
	const announcement = await announce('two-hours', to => steered.push(to));
	const path = presentationPath('two-hours');
	const flood = createConnection(path);
	flood.on('error', () => {});
	const isClosed = once(flood, 'close');
	flood.write('x'.repeat(5000));
	flood.resume();
	await isClosed;
	const odd = createConnection(path);
	odd.write('"quit"\n{"slide":1}\nnot json\n"next"\n');
	while (steered.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
	assert.deepEqual(steered, ['next']);
	odd.destroy();
	announcement.close();
});

test('follow() believes no position that isn’t one', async () => {
	const announcement = await announce('two-hours', () => {});
	const screen = following();
	for (const wrong of [{...position, slide: -1}, {...position, deck: 5}, {...position, language: 'fr'}, null]) {
		announcement.tell(wrong as unknown as Position);
	}
	announcement.tell({...position, slide: 9});
	assert.deepEqual(await screen.until(({state}) => state === 'following'), {
		state: 'following',
		position: {...position, slide: 9},
	});
	screen.close();
	announcement.close();
});

test('follow() keeps two presentations apart, and asks which one is meant', async () => {
	// Another process with a presentation of the same deck; a socket is all that can be seen of it.
	const path = presentationPath('two-hours', 1);
	const program = `require('node:net').createServer(s => s.on('error', () => {}).write(process.argv[2] + '\\n')).listen(process.argv[1], () => console.log())`;
	const other = spawn(process.execPath, ['-e', program, path, JSON.stringify({...position, slide: 1})], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(other.stdout, 'data');
	const announcement = await announce('two-hours', () => {});
	announcement.tell({...position, slide: 2});
	const unsure = following('two-hours');
	const several = await unsure.until(({state}) => state === 'several');
	assert.deepEqual(
		several.state === 'several' && several.names.toSorted(),
		['two-hours.1', `two-hours.${process.pid}`].toSorted(),
	);
	const first = following('two-hours.1');
	const second = following(`two-hours.${process.pid}`);
	await first.until(isAt(1));
	await second.until(isAt(2));

	// Killed, it leaves its socket. The next presentation removes it; until then nobody is led astray by it.
	other.kill('SIGKILL');
	await once(other, 'exit');
	await first.until(({state}) => state === 'none');
	await unsure.until(isAt(2));
	for (const screen of [first, second, unsure]) screen.close();
	announcement.close();
	assert.equal(existsSync(path), false);
});

test('speakerView() fits every slide’s notes, in both languages, at 80×24 and 160×50', () => {
	for (const name of deckNames()) {
		for (const language of languages) {
			const deck = readDeck(name, language);
			for (const size of [
				{columns: 80, rows: 24},
				{columns: 160, rows: 50},
			]) {
				for (const slide of deck.slides.keys()) {
					const lines = speakerView({
						size,
						wanted: undefined,
						language: undefined,
						fallback: language,
						followed: {state: 'following', position: {...position, slide, language}},
						deck,
						now: 3_000_000,
					});
					assert.equal(lines.length, size.rows);
					for (const line of lines) assert.ok(lineWidth(line) <= size.columns, lineText(line));
					const last = deck.slides[slide]!.notes.replaceAll(/[`*\s]/g, '').slice(-6);
					const screen = lines.map(lineText).join('').replaceAll(/[\s│]/g, '');
					if (size.columns === 80) assert.ok(screen.includes(last), `${name} ${language} ${slide}: ${last}`);
				}
			}
		}
	}
});
