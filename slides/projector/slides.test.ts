import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';
import {needsRoot} from '#kernel/testing';
import {courseDirectory} from '#lessons/course';
import {deckNames} from './decks.ts';

const drydock = join(courseDirectory(), 'toolkit/cli/drydock');
const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const needsTmux = hasTmux ? {} : {skip: 'needs tmux'};
const needsSandbox = hasTmux && process.getuid?.() === 0 ? {} : {skip: 'needs tmux and root'};

/** Long enough for a slow machine; nothing waits that long where all is well. */
const PATIENCE = 60_000;

/** Terminals as presenters have them, which tmux plays here, with a state of the engine's that is theirs alone. */
function stage(t: TestContext) {
	const state = mkdtempSync(join(tmpdir(), 'dd-'));
	const socket = join(state, 'tmux');
	const tmux = (...argv: readonly string[]) =>
		spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...argv], {encoding: 'utf8'});
	t.after(() => {
		tmux('kill-server');
		rmSync(state, {recursive: true, force: true});
	});
	const open = (name: string, columns: number, rows: number, words: string, more = '') => {
		const environment = `${more} DRYDOCK_STATE='${state}/s' DRYDOCK_DATA='${state}/d' XDG_STATE_HOME='${state}' LC_ALL=C.UTF-8`;
		const command = `${environment} '${drydock}' slides ${words}; echo "exit code $?"; stty -a; exec sleep 600`;
		const size = ['-x', String(columns), '-y', String(rows)];
		const {status, stderr} = tmux('new-session', '-d', '-s', name, ...size, command);
		assert.equal(status, 0, stderr);
		const screen = () => tmux('capture-pane', '-p', '-t', name).stdout.replace(/\n$/, '').split('\n');
		return {
			screen,
			send: (...keys: readonly string[]) => void tmux('send-keys', '-t', name, ...keys),
			type: (text: string) => void tmux('send-keys', '-t', name, '-l', text),
			resize: (columns: number, rows: number) =>
				void tmux('resize-window', '-t', name, '-x', String(columns), '-y', String(rows)),
			ask: (format: string) => tmux('display-message', '-p', '-t', name, format).stdout.trim(),
			shows: async (expected: RegExp) => {
				for (const end = Date.now() + PATIENCE; !expected.test(screen().join('\n')); await wait(50)) {
					assert.ok(Date.now() < end, `${expected} is not on the screen:\n${screen().join('\n')}`);
				}
			},
		};
	};
	const within = (folder: string) => (existsSync(join(state, folder)) ? readdirSync(join(state, folder)) : []);
	return {open, sockets: () => within('s/slides'), sandboxes: () => within('d/containers')};
}

const pipe = (...words: readonly string[]) => spawnSync(drydock, ['slides', ...words], {encoding: 'utf8'});

for (const [language, columns, rows] of [
	['en', 80, 24],
	['zh', 160, 50],
] as const) {
	const words =
		language === 'en'
			? {
					title: 'Containers from below',
					block: '2 · A name of its own',
					code: 'exit code 0',
					go: 'Ctrl-\\] back to the slides',
				}
			: {title: '从底下看容器', block: '2 · 自己的主机名', code: '退出码 0', go: 'Ctrl-\\] 回到幻灯片'};

	test(
		`startSlides() presents, runs a block live, and is typed into, ${language} at ${columns}×${rows}`,
		needsSandbox,
		async t => {
			const {open} = stage(t);
			const terminal = open('show', columns, rows, `two-hours --sandbox local --language ${language}`);
			await terminal.shows(new RegExp(words.title));
			terminal.send('g', '6', 'Enter');
			await terminal.shows(new RegExp(`${words.block}[\\s\\S]*▶ unshare --uts`));
			terminal.send('Enter');
			await terminal.shows(new RegExp(`── .*${words.code} ──\\n *ship\\n *sandbox\\n *sandbox:~#`));
			terminal.send('Tab');
			await terminal.shows(new RegExp(words.go));
			terminal.type('echo $((6*7)) 进程; tput cols; cat');
			terminal.send('Enter');
			await terminal.shows(columns === 80 ? /42 进程\n *76\n/ : /42 进程\n *100\n/);
			// A Ctrl-C is the program's; the slides stay.
			terminal.type('hello');
			terminal.send('Enter');
			await terminal.shows(/hello\s+hello/);
			terminal.send('C-c');
			await terminal.shows(/\^C\n *sandbox:/);
			terminal.send('C-]');
			await terminal.shows(/6\/16 .*↵/);
			if (columns === 80) {
				terminal.resize(100, 30);
				await terminal.shows(/ {2}━━━━━━─{10} 6\/16 .{60,}/);
				terminal.send('R');
				await terminal.shows(/The machine is a fresh one/);
				assert.ok(!terminal.screen().join().includes('sandbox:'));
			}
			terminal.send('q', 'q');
			await terminal.shows(/exit code 0[\s\S]* icanon/);
			assert.equal(terminal.ask('#{alternate_on} #{cursor_flag}'), '0 1');
		},
	);
}

test('startSlides() is followed and steered by a speaker’s screen, also after a kill -9', needsTmux, async t => {
	const {open, sockets} = stage(t);
	const speaker = open('speaker', 80, 24, '--speaker --language en');
	await speaker.shows(/Waiting for a presentation/);
	const show = open('show', 80, 24, 'one-day --sandbox local --language zh');
	await speaker.shows(/1\/20 A day under the water line[\s\S]*Open this deck ten minutes before nine[\s\S]*── Next/);
	show.send('Right');
	await speaker.shows(/2\/20 At a quarter to five/);
	speaker.send('Right');
	await show.shows(/3\/20/);
	assert.equal(sockets().length, 1);
	const child = spawnSync('pgrep', ['-P', show.ask('#{pane_pid}')], {encoding: 'utf8'}).stdout.trim();
	process.kill(Number(child), 'SIGKILL');
	await speaker.shows(/Waiting for a presentation/);
	const again = open('again', 80, 24, 'two-hours --sandbox local --language en');
	await speaker.shows(/1\/16 Containers from below/);
	assert.equal(sockets().length, 1, 'the killed one’s socket is gone');
	again.send('q', 'q');
	await again.shows(/exit code 0/);
	assert.deepEqual(sockets(), []);
	speaker.send('q');
	await speaker.shows(/exit code 0[\s\S]* icanon/);
});

test('startSlides() shows the slides where there is no machine, and says so in one line', needsTmux, async t => {
	const {open} = stage(t);
	const terminal = open('show', 80, 24, 'two-hours --sandbox qemu --language en', 'DRYDOCK_QEMU=/no/such/qemu');
	await terminal.shows(/No machine here, the slides go on without: /);
	terminal.send('g', '6', 'Enter', 'Enter');
	await terminal.shows(/2 · A name of its own[\s\S]*The name of the machine is a property/);
	terminal.send('q', 'q');
	await terminal.shows(/exit code 0/);
});

test('startSlides() gives the terminal back when it is ended by a signal', needsTmux, async t => {
	const {open, sockets} = stage(t);
	const terminal = open('show', 80, 24, 'two-hours --sandbox local --language en');
	await terminal.shows(/Containers from below/);
	const child = spawnSync('pgrep', ['-P', terminal.ask('#{pane_pid}')], {encoding: 'utf8'}).stdout.trim();
	process.kill(Number(child), 'SIGTERM');
	await terminal.shows(/exit code 143[\s\S]* icanon/);
	assert.equal(terminal.ask('#{alternate_on} #{cursor_flag}'), '0 1');
	assert.deepEqual(sockets(), []);
});

test('startSlides() prints text into a pipe, and structure as JSON', () => {
	for (const name of deckNames())
		assert.match(pipe('--language', 'en').stdout, new RegExp(`^${name} .*slides, \\d+ min`, 'm'));
	assert.match(pipe('--language', 'zh').stdout, /（16 页，120 分钟）$/m);
	assert.match(
		pipe('two-hours', '--language', 'zh').stdout,
		/6\/16 {2}2 · 自己的主机名（3 分钟）[\s\S]*\n {2}\$ unshare --uts/,
	);
	assert.ok(!pipe('two-hours').stdout.includes('\x1b'));
	const deck = JSON.parse(pipe('two-hours', '--json').stdout);
	assert.deepEqual([deck.name, deck.minutes, deck.slides.length], ['two-hours', 120, 16]);
	assert.equal(deck.slides[7].pieces.find(({kind}: {readonly kind: string}) => kind === 'run').expected, 'failure');
});

test('startSlides() exports a file, and refuses what makes no sense in one line', t => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-slides-'));
	t.after(() => rmSync(folder, {recursive: true}));
	const file = join(folder, 'deck.html');
	assert.deepEqual(
		[pipe('two-hours', '--export', 'html', '-o', file).status, readFileSync(file, 'utf8').slice(0, 15)],
		[0, '<!doctype html>'],
	);
	assert.equal(pipe('two-hours', '--export', 'html', '-o', '-').stdout, readFileSync(file, 'utf8'));
	for (const [words, code, line] of [
		[['no-such'], 1, /^drydock: there is no deck no-such; there are .*\n$/],
		[['two-hours', '--export', 'gif'], 125, /^drydock: .*html, pdf.*\n$/],
		[['--export', 'html'], 125, /^drydock: --export needs the name of a deck\n$/],
		[['two-hours', '--run'], 125, /^drydock: --run goes with --export or --check\n$/],
		[['two-hours', '--speaker', '--check'], 125, /^drydock: --speaker, --check and --export exclude each other\n$/],
		[['--speaker'], 1, /^drydock: drydock slides --speaker needs a terminal\.\n$/],
	] as const) {
		const {status, stderr, stdout} = pipe(...words, '--language', 'en');
		assert.deepEqual([status, stdout], [code, ''], words.join(' '));
		assert.match(stderr, line);
	}
});

test('startSlides() leaves the file of before where the disk is full, and says what is full', needsRoot, t => {
	const folder = mkdtempSync(join(tmpdir(), 'drydock-slides-'));
	t.after(() => rmSync(folder, {recursive: true}));
	// In a mount table of its own, which ends with the shell.
	const script = `mount -t tmpfs -o size=16k tmpfs '${folder}' && cd '${folder}' && echo before > deck.html &&
		'${drydock}' slides two-hours --export html -o deck.html; echo $?; ls; cat deck.html`;
	const {stdout, stderr} = spawnSync('unshare', ['--mount', 'sh', '-c', script], {encoding: 'utf8'});
	assert.equal(stdout, '1\ndeck.html\nbefore\n');
	assert.match(stderr, /^drydock: can't write deck\.html: no space left on device\n$/);
	assert.doesNotMatch(stderr, /DRYDOCK_DATA/);
});

test('startSlides() leaves no sandbox behind when Ctrl-C ends a check', needsSandbox, async t => {
	const {open, sandboxes} = stage(t);
	const terminal = open('check', 80, 24, 'two-hours --check --run --sandbox local');
	for (const end = Date.now() + PATIENCE; sandboxes().length === 0; await wait(50)) {
		assert.ok(Date.now() < end, 'no sandbox was started');
	}
	terminal.send('C-c');
	await terminal.shows(/exit code 130/);
	assert.deepEqual(sandboxes(), []);
});
