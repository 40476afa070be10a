/**
 * `npm run test:guest`: runs the engine's own tests in the disposable machine, where the kernel is another, cgroups are
 * pure version 2, and AppArmor, dm-thin and netem are. Words choose as for `npm test`, among toolkit/:
 *
 *     npm run test:guest              all of the numbered modules
 *     npm run test:guest cgroup pid   toolkit/08-cgroup/…, toolkit/04-pid/…
 *
 * The project is copied: what the tests need, and no more. The surprise is what it leaves out: tsx. Under emulation
 * it starts in seven seconds, and Node itself takes TypeScript's types out of a file. So its place is taken by an
 * empty package, and `--import tsx`, which tests give to their children, costs nothing.
 * @module
 */
import {cpSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {qemuSandbox} from '../sandbox-vm/qemu/qemu.ts';

const root = join(import.meta.dirname, '..');
const {positionals: words} = parseArgs({allowPositionals: true});
const files = globSync('toolkit/[01]*/*.test.ts', {cwd: root})
	.filter(file => words.length === 0 || words.some(word => file.includes(word)))
	.sort();

/** One file at a time: there is one CPU. A test may take minutes where the host takes seconds. */
const script = `cd "$1" && shift
exec node --no-warnings --test --test-concurrency=1 --test-timeout=300000 --test-force-exit "$@"`;

if (files.length === 0) {
	console.error(`no test's path contains ${words.join(' or ')}`);
	process.exitCode = 1;
} else {
	process.exitCode = await testInGuest();
}

async function testInGuest(): Promise<number> {
	const copy = mkdtempSync(join(tmpdir(), 'drydock-guest-'));
	const sandbox = qemuSandbox({hardware: {memoryBytes: 1024 * 2 ** 20}});
	try {
		copyProject(copy);
		// Some tests make files beside their modules.
		await sandbox.share(copy, root, {writable: true});
		await sandbox.up();
		return await run();
	} finally {
		await sandbox.destroy();
		rmSync(copy, {recursive: true, force: true});
	}

	async function run(): Promise<number> {
		const terminal = await sandbox.shell({columns: 160, rows: 50}, ['sh', '-c', script, 'sh', root, ...files]);
		const hangUp = (): void => terminal.close();
		process.once('SIGINT', hangUp);
		process.once('SIGTERM', hangUp);
		terminal.onData(data => void process.stdout.write(data));
		return new Promise(resolve => terminal.onExit(resolve));
	}
}

function copyProject(copy: string): void {
	for (const name of ['package.json', 'toolkit', 'exercises', 'solutions', 'lessons', 'sandbox-vm'])
		cpSync(join(root, name), join(copy, name), {recursive: true});
	const modules = ['ffi-rs', '@yuuang', 'fast-check', 'pure-rand', 'tar-stream', 'streamx', 'b4a', 'fast-fifo'];
	const more = ['text-decoder', 'events-universal', 'bare-events', 'chalk', 'commander', 'string-width', 'strip-ansi'];
	for (const name of [...modules, ...more, 'ansi-regex', 'get-east-asian-width']) {
		const from = join(root, 'node_modules', name);
		if (globSync(from).length > 0) cpSync(realpathSync(from), join(copy, 'node_modules', name), {recursive: true});
	}
	const tsx = join(copy, 'node_modules/tsx');
	mkdirSync(tsx);
	writeFileSync(join(tsx, 'package.json'), JSON.stringify({name: 'tsx', type: 'module', exports: './none.js'}));
	writeFileSync(join(tsx, 'none.js'), '');
}
