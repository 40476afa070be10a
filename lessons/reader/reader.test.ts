import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as wait} from 'node:timers/promises';
import {startReader} from './reader.ts';
import {findProject} from './sources/library.ts';
import {toolkit} from './testing.ts';

const drydock = join(findProject()!, 'toolkit/cli/drydock');

const read = (...args: readonly string[]) =>
	spawnSync(drydock, ['read', ...args], {
		encoding: 'utf8',
		input: '',
		maxBuffer: 1 << 25,
		env: {...process.env, LC_ALL: 'C.UTF-8'},
	});

async function text(name: string | undefined, as: 'plain' | 'json'): Promise<string> {
	const end = await startReader({name, as, language: 'en'});
	assert.ok('text' in end);
	return end.text;
}

test('startReader() prints the whole toolkit in reading order, each file whole and under its name', async () => {
	const book = await text(undefined, 'plain');
	let at = 0;
	for (const {path, text} of toolkit.walk) {
		const header = book.indexOf(`\n${path}\n`, at);
		assert.ok(header >= at, path);
		assert.equal(book.indexOf(text, header), book.indexOf('\n\n', header) + 2, path);
		at = header;
	}
	assert.doesNotMatch(book, /\x1b/);
});

test('startReader() prints a module, a file, or one declaration with its comment', async () => {
	const module = await text('mnt', 'plain');
	assert.match(module, /toolkit\/05-mnt\/mnt\.ts\n[\s\S]*toolkit\/05-mnt\/attach\.ts\n/);
	assert.doesNotMatch(module, /^toolkit\/06-rootfs/m);
	assert.match(
		await text('toolkit/05-mnt/bind.ts:42', 'plain'),
		/^─+\ntoolkit\/05-mnt\/bind\.ts\n─+\n\n\/\*\*\n \* Bind mounts/,
	);
	const one = await text('createPidNamespace', 'plain');
	assert.match(one, /pid\.ts:\d+\n─+\n\n\/\*\*\n \* Makes this[\s\S]*\tunshare\(CLONE_NEWPID\);\n}\n$/);
	assert.doesNotMatch(one, /joinPidNamespace/);
});

test('startReader() tells the structure as JSON', async () => {
	interface Structure {
		readonly modules: readonly {
			readonly id: string;
			readonly map: string;
			readonly files: readonly {
				readonly path: string;
				readonly imports: readonly string[];
				readonly exports: readonly {
					readonly name: string;
					readonly line: number;
					readonly uses: readonly {readonly path: string; readonly line: number}[];
				}[];
			}[];
		}[];
	}
	const {modules} = JSON.parse(await text(undefined, 'json')) as Structure;
	assert.deepEqual(
		modules.flatMap(({files}) => files.map(({path}) => path)),
		toolkit.walk.map(({path}) => path),
	);
	const [pid] = modules.filter(({id}) => id === '04-pid');
	assert.match(pid!.map, /^04 · PID namespace/);
	assert.ok(pid!.files[0]!.imports.includes('toolkit/kernel/sched.ts'));
	const create = pid!.files[0]!.exports.find(({name}) => name === 'createPidNamespace')!;
	assert.ok(create.uses.some(({path}) => path === 'toolkit/04-pid/pid.test.ts'));
	const one = JSON.parse(await text('createPidNamespace', 'json')) as Structure;
	assert.deepEqual(
		one.modules.map(({files}) => files.map(({exports}) => exports.map(({name}) => name))),
		[[['createPidNamespace']]],
	);
});

test('startReader() names what is near to a wrong name, in both languages', async () => {
	await assert.rejects(
		startReader({name: 'mntt', as: 'plain', language: 'en'}),
		/no module, file or exported name mntt; near it are mnt/,
	);
	await assert.rejects(
		startReader({name: 'mntt', as: 'plain', language: 'zh'}),
		/没有叫 mntt 的模块、文件或导出的名字，相近的有 mnt/,
	);
});

test('drydock read prints text in a pipe, and one line for what can’t be', () => {
	const {status, stdout} = read('05');
	assert.equal(status, 0);
	assert.match(stdout, /^─+\ntoolkit\/05-mnt\/mnt\.ts\n/);
	for (const args of [['mntt'], ['--language', 'fr'], ['--nothing'], ['one', 'two']]) {
		const {status, stdout, stderr} = read(...args);
		assert.notEqual(status, 0);
		assert.equal(stdout, '', args.join(' '));
		assert.match(stderr, /^drydock: [^\n]+\n$/);
	}
	const half = spawnSync('sh', ['-c', `'${drydock}' read | head -n 2`], {encoding: 'utf8', input: ''});
	assert.deepEqual([half.status, half.stderr], [0, '']);
});

test('startReader() says where to read if the sources are not there', async () => {
	const nowhere = startReader({as: 'screen', language: 'en'}, () => undefined);
	await assert.rejects(nowhere, /^Error: the toolkit’s sources are not here, .* run drydock read on the host[^\n]*$/);
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

test('drydock read gives the terminal back, and goes on where it stopped', {
	skip: !hasTmux && 'needs tmux',
}, async () => {
	const state = mkdtempSync(join(tmpdir(), 'drydock-read-'));
	const tmux = (...argv: readonly string[]) =>
		spawnSync('tmux', ['-S', join(state, 'tmux'), '-f', '/dev/null', ...argv], {encoding: 'utf8'}).stdout;
	const shows = async (expected: RegExp): Promise<void> => {
		const screen = () => tmux('capture-pane', '-p');
		for (const end = Date.now() + 60_000; !expected.test(screen()); await wait(50)) {
			assert.ok(Date.now() < end, `${expected} is not on the screen:\n${screen()}`);
		}
	};
	const again = `XDG_STATE_HOME='${state}' LC_ALL=C.UTF-8 '${drydock}' read`;
	const command = `${again} mnt:42; echo "exit code $?"; stty -a; read line; ${again}; echo "exit code $?"; exec sleep 600`;
	tmux('new-session', '-d', '-x', '80', '-y', '24', command);
	try {
		await shows(/› 42 .*Moves the calling thread/);
		tmux('resize-window', '-x', '150', '-y', '40');
		await shows(/05 · Mount namespace[\s\S]*› 42 .*Moves the calling thread[\s\S]*q quit/);
		tmux('send-keys', 'Down', 'L');
		await shows(/› 43 [\s\S]*q 退出/);
		tmux('send-keys', 'q');
		await shows(/exit code 0[\s\S]* icanon[\s\S]* echo /);
		assert.equal(tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim(), '0 1');
		tmux('send-keys', 'Enter');
		await shows(/05-mnt · mnt\.ts[\s\S]*› 43 [\s\S]*q 退出/);
		tmux('send-keys', 'C-c');
		await shows(/exit code 130/);
	} finally {
		tmux('kill-server');
		rmSync(state, {recursive: true});
	}
});
