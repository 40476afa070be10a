import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Language} from '#words/language';
import {isTooSmall} from '../../app/layout.ts';
import {lineText, lineWidth} from '../../app/text/line.ts';
import {openFile, type ReaderState} from '../state/reader-state.ts';
import {readingOf, toolkit} from '../testing.ts';
import {codeRows} from './code-rows.ts';
import {screenLines} from './screen-lines.ts';

const SIZES = [
	{columns: 80, rows: 24},
	{columns: 160, rows: 50},
] as const;
const LANGUAGES = ['en', 'zh'] as const;

const textOf = (state: ReaderState): string => screenLines(state).map(lineText).join('\n');

/** Every screen is exactly as large as its terminal. */
function fits(state: ReaderState): void {
	const lines = screenLines(state);
	assert.equal(lines.length, state.size.rows);
	for (const drawn of lines) assert.ok(lineWidth(drawn) <= state.size.columns, lineText(drawn));
}

test('screenLines() fits any terminal, whatever keys were pressed, and always shows the chosen line', () => {
	const size = fc.record({columns: fc.integer({min: 20, max: 220}), rows: fc.integer({min: 6, max: 70})});
	const key = fc.constantFrom(
		...['up', 'down', 'pageup', 'pagedown', 'home', 'end', 'left', 'right', 'enter', ' ', 'tab', 'escape', 'b'],
		...['n', 'p', ']', '[', 'u', 'o', 'm', 'i', 't', 'L', '?', '/', '.', ',', 'e', 'backspace', '\xe2', '\x80'],
	);
	const file = fc.constantFrom(...toolkit.walk);
	fc.assert(
		fc.property(
			size,
			fc.constantFrom<Language>('en', 'zh'),
			file,
			fc.array(key, {maxLength: 25}),
			size,
			(size, language, file, keys, resized) => {
				const reading = readingOf(toolkit, {size, language, at: {path: file.path, line: 30}});
				fits(reading.getState());
				for (const pressed of keys) {
					reading.press(pressed);
					fits(reading.getState());
				}
				reading.resize(resized);
				reading.press('escape');
				reading.press('escape');
				const state = reading.getState();
				fits(state);
				if (isTooSmall(resized) || state.focus === 'list' || state.overlay !== undefined) return;
				assert.match(textOf(state), new RegExp(`›\\s*${state.place.line}\\b`));
			},
		),
		{numRuns: 150},
	);
});

for (const size of SIZES) {
	for (const language of LANGUAGES) {
		const name = `${size.columns}×${size.rows} in ${language}`;
		const begin = (path: string, line = 1) => readingOf(toolkit, {size, language, at: {path, line}});
		const is = (en: RegExp, zh: RegExp) => (language === 'en' ? en : zh);

		test(`screenLines() shows code, where a name leads, and the keys at ${name}`, () => {
			const line = toolkit.files.get('toolkit/04-pid/pid.ts')!.lines.indexOf('\tunshare(CLONE_NEWPID);') + 1;
			const text = textOf(begin('toolkit/04-pid/pid.ts', line).getState());
			assert.match(text, new RegExp(`^.*› *${line} +unshare\\(CLONE_NEWPID\\);`, 'm'));
			assert.match(text, /↵ unshare kernel\/sched\.ts:\d+ {2}Takes the calling thread/);
			assert.match(
				text,
				is(
					/^ 04-pid · pid\.ts .* file \d+ of \d+ · 0 % read/,
					/^ 04-pid · pid\.ts .*第 \d+ 个文件，共 \d+ 个 · 已读 0 %/,
				),
			);
			assert.match(text, is(/\? help {2}q quit$/, /\? 帮助 {2}q 退出$/));
		});

		test(`screenLines() shows the map and the files beside the code, or when asked, at ${name}`, () => {
			const reading = begin('toolkit/05-mnt/bind.ts');
			const isWide = size.columns >= 120;
			assert.equal(/^ 05 · Mount namespace/m.test(textOf(reading.getState())), isWide);
			assert.equal(/^› +bind\.ts .*│/m.test(textOf(reading.getState())), isWide);
			reading.press('i');
			assert.match(textOf(reading.getState()), /05 · Mount namespace: a container has a table of mounts of its own/);
			assert.match(textOf(reading.getState()), /The surprise: a mount namespace starts as a copy/);
			reading.press('i');
			reading.press('tab');
			assert.match(textOf(reading.getState()), is(/── Files ─/, /── 文件 ─/));
			assert.match(textOf(reading.getState()), /05-mnt +─{8} 0\/\d+[\s\S]*attach\.ts[\s\S]*bind\.ts/);
		});

		test(`screenLines() lists who uses a name, what is exported, and the keys at ${name}`, () => {
			const reading = begin('toolkit/04-pid/pid.ts', 34);
			reading.press('u');
			assert.match(textOf(reading.getState()), is(/Who uses unshare ─.* 1 of \d+/, /谁在用 unshare ─.* 1\/\d+/));
			assert.match(textOf(reading.getState()), /02-uts\/uts\.ts:\d+ +unshare\(CLONE_NEWUTS\)/);
			reading.press('o');
			assert.match(textOf(reading.getState()), is(/What 04-pid exports/, /04-pid 导出了什么/));
			assert.match(
				textOf(reading.getState()),
				is(/createPidNamespace +function +pid\.ts:33/, /createPidNamespace +函数 +pid\.ts:33/),
			);
			reading.press('?');
			for (const key of ['Space', 'Tab', 'PgUp', '←', ']  [']) assert.ok(textOf(reading.getState()).includes(key));
			assert.match(textOf(reading.getState()), is(/The walk begins/, /阅读顺序/));
		});
	}
}

test('screenLines() says so in a window that is too small', () => {
	const small = readingOf(toolkit, {size: {columns: 50, rows: 12}}).getState();
	assert.match(textOf(small), /This window is 50×12; reading needs 60×18/);
});

test('codeRows() loses no character of any line, at any width', () => {
	fc.assert(
		fc.property(fc.constantFrom(...toolkit.walk), fc.integer({min: 20, max: 130}), fc.nat(), (file, width, at) => {
			const line = (at % file.lines.length) + 1;
			const rows = codeRows(file, line, width);
			for (const row of rows) assert.ok(lineWidth(row) <= width);
			const without = (text: string) => text.replace(/\s/g, '');
			assert.equal(without(rows.map(lineText).join('')), without(file.lines[line - 1]!));
		}),
		{numRuns: 500},
	);
});

test('screenLines() marks what is searched for', () => {
	const reading = readingOf(toolkit, {at: {path: 'toolkit/04-pid/pid.ts', line: 1}});
	for (const key of ['/', ...'createpid']) reading.press(key);
	const state = reading.getState();
	assert.match(textOf(state), / Search: createpid /);
	assert.ok(openFile(state).lines[state.place.line - 1]!.includes('createPidNamespace'));
	const runs = screenLines(state).flat();
	assert.ok(runs.some(({text, style}) => text === 'createPid' && style.bold === true));
});
