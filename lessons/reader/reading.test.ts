import assert from 'node:assert/strict';
import {test} from 'node:test';
import {lineText} from '../app/text/line.ts';
import type {Leaving} from './reading.ts';
import type {Page} from './sources/links.ts';
import {pageName} from './sources/pages.ts';
import {made, readingOf, toolkit} from './testing.ts';
import {screenLines} from './view/screen-lines.ts';

const BIG = {columns: 160, rows: 50};
const pid = toolkit.files.get('toolkit/04-pid/pid.ts')!;
const lineOf = (text: string): number => pid.lines.findIndex(line => line.includes(text)) + 1;
const at = (text: string) => ({path: pid.path, line: lineOf(text)});
const textOf = (reading: ReturnType<typeof readingOf>): string =>
	screenLines(reading.getState()).map(lineText).join('\n');

test('press() walks by n through the whole toolkit and shows each file’s first line', () => {
	for (const size of [{columns: 80, rows: 24}, BIG]) {
		const reading = readingOf(toolkit, {size});
		for (const file of toolkit.walk) {
			assert.equal(reading.getState().place.path, file.path);
			const shown = textOf(reading);
			const first = file.lines[0]!.replaceAll('\t', '  ').slice(0, 60);
			assert.ok(shown.includes(`›  1 ${first}`), `${file.path}: ${first}\n${shown}`);
			reading.press('n');
		}
		assert.match(reading.getState().notice ?? '', /last file/);
		for (const _ of toolkit.walk) reading.press('p');
		assert.equal(reading.getState().place.path, toolkit.walk[0]!.path);
	}
});

test('press() walks by Space alone through every line of the toolkit, and all is read then', () => {
	const reading = readingOf(toolkit, {size: BIG});
	const opened = new Set<string>();
	for (let pages = 0; reading.getState().notice === undefined; pages++) {
		assert.ok(pages < 3000);
		opened.add(reading.getState().place.path);
		reading.press(' ');
	}
	assert.equal(opened.size, toolkit.walk.length);
	assert.equal(reading.getState().read.size, toolkit.walk.length);
	assert.match(textOf(reading), /100 % read/);
});

test('press() walks by ] and [ from module to module', () => {
	const reading = readingOf(toolkit);
	for (const {id, files} of toolkit.modules) {
		assert.equal(reading.getState().place.path, files[0]!.path, id);
		reading.press(']');
	}
	for (const _ of toolkit.modules) reading.press('[');
	assert.equal(reading.getState().place.path, toolkit.walk[0]!.path);
});

test('press() follows a name by Enter, and comes back by b to the very place', () => {
	const reading = readingOf(toolkit, {at: at('\tunshare(CLONE_NEWPID)')});
	const before = reading.getState().place;
	reading.press('enter');
	assert.equal(reading.getState().place.path, 'toolkit/kernel/sched.ts');
	assert.match(textOf(reading), /› *\d+ export function unshare\(/);
	reading.press('b');
	assert.deepEqual(reading.getState().place, before);
	reading.press('right');
	reading.press('enter');
	assert.match(textOf(reading), /› *\d+ export const CLONE_NEWPID/);
	reading.press('b');
	reading.press('b');
	assert.match(reading.getState().notice ?? '', /where you began/);
});

test('press() follows what a comment names: a module, and a name in backticks', () => {
	const reading = readingOf(toolkit, {at: at('Next: 05-mnt')});
	reading.press('enter');
	assert.equal(reading.getState().place.path, 'toolkit/05-mnt/mnt.ts');
	reading.press('b');
	const asked = readingOf(toolkit, {at: at('`runAsInit` does')});
	asked.press('enter');
	assert.deepEqual(asked.getState().place.line, lineOf('export async function runAsInit'));
});

test('press() lists by u who uses the chosen name, and goes there by Enter', () => {
	const reading = readingOf(toolkit, {at: at('export function createPidNamespace')});
	reading.press('enter');
	const {overlay} = reading.getState();
	assert.equal(overlay?.kind, 'uses');
	reading.press('enter');
	assert.deepEqual(reading.getState().place.line, lineOf('run: createPidNamespace'));
	assert.equal(reading.getState().overlay, undefined);
});

test('press() takes a line without a name for the declaration around it', () => {
	const reading = readingOf(toolkit, {at: {path: pid.path, line: lineOf('Makes this process') + 1}});
	reading.press('u');
	const {overlay} = reading.getState();
	assert.equal(overlay?.kind === 'uses' && overlay.of.name, 'createPidNamespace');
});

test('press() opens by m the page of the line’s call at once, and else offers the module’s sources', async () => {
	const opened: Page[] = [];
	const services = {
		openPage: async (page: Page) => {
			opened.push(page);
			return undefined;
		},
	};
	const reading = readingOf(toolkit, {at: at('\tunshare(CLONE_NEWPID)'), services});
	const before = reading.getState().place;
	reading.press('m');
	assert.deepEqual(opened.map(pageName), ['unshare(2)']);
	assert.deepEqual(reading.getState().place, before);
	const other = readingOf(toolkit, {at: at('export async function runAsInit'), services});
	other.press('m');
	assert.match(textOf(other), /pid_namespaces\(7\)[\s\S]*kill\(2\)/);
	other.press('down');
	other.press('down');
	other.press('enter');
	assert.deepEqual(opened.map(pageName), ['unshare(2)', 'kill(2)']);
	const named = readingOf(toolkit, {at: at('Sources: '), services});
	named.press('enter');
	assert.deepEqual(opened.map(pageName), ['unshare(2)', 'kill(2)', 'pid_namespaces(7)']);
});

test('press() says in one line how to get a page that is not there', async () => {
	const reading = readingOf(toolkit, {
		at: at('\tunshare(CLONE_NEWPID)'),
		services: {openPage: async () => 'unshare(2) is not installed: apt-get install manpages-dev'},
	});
	const told = new Promise<void>(resolve => reading.subscribe(() => reading.getState().notice && resolve()));
	reading.press('m');
	await told;
	assert.match(textOf(reading), /\n unshare\(2\) is not installed: apt-get install manpages-dev/);
});

test('press() leaves by l for the module’s lesson, or says that there is none', () => {
	const left: Leaving[] = [];
	const services = {hasLesson: (id: string) => id === '04-pid', leave: (leaving: Leaving) => void left.push(leaving)};
	const reading = readingOf(toolkit, {at: at('createPid'), language: 'zh', services});
	reading.press('l');
	assert.deepEqual(left, [{lesson: '04-pid', language: 'zh'}]);
	reading.press(']');
	reading.press('l');
	assert.match(reading.getState().notice ?? '', /05-mnt 还没有对应的课/);
	reading.press('q');
	reading.press('ctrl-c');
	assert.deepEqual(left.slice(1), [{exitCode: 0}, {exitCode: 130}]);
});

test('press() searches as one types, goes on by . and , and comes back by Escape', () => {
	const library = made({'05-mnt/mnt.ts': 'one\ntwo\nOne’s\nthree one\n'});
	const reading = readingOf(library);
	const line = () => reading.getState().place.line;
	const type = (text: string) => {
		for (const byte of Buffer.from(text).toString('latin1')) reading.press(byte);
	};
	reading.press('/');
	type('one’');
	assert.equal(line(), 3);
	reading.press('backspace');
	assert.equal(line(), 1);
	reading.press('enter');
	const seen = ['.', '.', '.', ',', ','].map(key => {
		reading.press(key);
		return line();
	});
	assert.deepEqual(seen, [3, 4, 1, 4, 3]);
	reading.press('/');
	type('two');
	assert.equal(line(), 2);
	reading.press('escape');
	assert.equal(line(), 3);
	reading.press('/');
	type('n?q');
	assert.equal(line(), 3, 'keys are text while one types');
	reading.press('enter');
	assert.match(reading.getState().notice ?? '', /nothing found/);
});

test('press() keeps the place whenever another file is opened, and tells if it can’t', () => {
	const saved: string[] = [];
	const reading = readingOf(toolkit, {
		services: {
			save: ({place}) => {
				saved.push(place.path);
				return saved.length === 2 ? 'the place can’t be remembered: ENOSPC' : undefined;
			},
		},
	});
	for (const key of ['down', 'n', 'down', 'n']) reading.press(key);
	assert.deepEqual(saved, [toolkit.walk[1]!.path, toolkit.walk[2]!.path]);
	assert.match(textOf(reading), /can’t be remembered: ENOSPC/);
});

test('press() shows by t the test of a file, and walks on from the file that it tests', () => {
	const reading = readingOf(toolkit, {at: at('createPid')});
	reading.press('t');
	assert.equal(reading.getState().place.path, 'toolkit/04-pid/pid.test.ts');
	assert.match(textOf(reading), /04-pid · pid\.test\.ts test/);
	reading.press('n');
	assert.equal(reading.getState().place.path, 'toolkit/05-mnt/mnt.ts');
});

test('press() does nothing blindly in a window that is too small', () => {
	const reading = readingOf(toolkit, {size: {columns: 30, rows: 8}});
	const before = reading.getState();
	for (const key of ['n', 'down', '/', 'u']) reading.press(key);
	assert.equal(reading.getState(), before);
	reading.resize({columns: 80, rows: 24});
	reading.press('n');
	assert.equal(reading.getState().place.path, toolkit.walk[1]!.path);
});
