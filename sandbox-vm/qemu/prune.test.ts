import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {after, afterEach, test} from 'node:test';
import {imageCacheDirectory} from '../image/image.ts';
import {templatesDirectory} from '../machine/directories.ts';
import {openDock, removeDock} from '../machine/dock.ts';
import {snapshotDirectory, writeSnapshot} from '../machine/history.ts';
import {mostKept, prune} from './prune.ts';

const directory = mkdtempSync(join(tmpdir(), 'dp-'));
const [state, data, cache] = ['state', 'data', 'cache'].map(name => join(directory, name));
Object.assign(process.env, {DRYDOCK_STATE: state, DRYDOCK_DATA: data, XDG_CACHE_HOME: cache});
after(() => rmSync(directory, {recursive: true}));
afterEach(() => {
	for (const path of [imageCacheDirectory(), templatesDirectory()]) rmSync(path, {recursive: true, force: true});
	removeDock(openDock('default'));
});

/** An image, or a template, that was used last so many minutes ago. */
function image(number: number, minutesAgo: number): string {
	return made(join(imageCacheDirectory(), `000000000000000${number}-aaaaaaaaaaaaaaaa`), 'rootfs', minutesAgo);
}
function template(number: number, minutesAgo: number, itsImage: string): string {
	const path = join(templatesDirectory(), `0000000000000000000000000000000${number}`);
	mkdirSync(path, {recursive: true});
	writeFileSync(join(path, 'blueprint'), JSON.stringify({image: {rootfs: join(itsImage, 'rootfs')}}));
	return made(path, 'ram', minutesAgo);
}
function made(path: string, file: string, minutesAgo: number): string {
	mkdirSync(path, {recursive: true});
	writeFileSync(join(path, file), Buffer.alloc(100_000, 1));
	const seconds = Date.now() / 1000 - 60 * minutesAgo;
	utimesSync(path, seconds, seconds);
	return path;
}

test('prune() removes all but the last ones that were used, and tells what that gave', () => {
	const images = Array.from({length: 6}, (_, index) => image(index, 20 + index));
	const templates = images.map((path, index) => template(index, 20 + index, path));
	assert.ok(prune() >= 600_000);
	assert.deepEqual(images.filter(existsSync), images.slice(0, mostKept));
	assert.deepEqual(templates.filter(existsSync), templates.slice(0, mostKept));
	assert.equal(prune(), 0);
});

test('prune() spares what was used a moment ago, unless all is to go', () => {
	const images = Array.from({length: 6}, (_, index) => image(index, index));
	prune();
	assert.deepEqual(images.filter(existsSync), images);
	prune(0);
	assert.deepEqual(images.filter(existsSync), []);
});

test('prune() spares what a saved state is based on, and its image', () => {
	const [itsImage, other] = [image(0, 50), image(1, 40)];
	const [its, another] = [template(0, 50, itsImage), template(1, 40, other)];
	const dock = openDock('default');
	mkdirSync(snapshotDirectory(dock, 'one'));
	const saved = {
		id: 'one',
		name: 'one',
		parent: undefined,
		takenMilliseconds: 1,
		chain: [],
		plugged: [],
		memoryBytes: 1,
	};
	writeSnapshot(dock, {...saved, template: basename(its)});
	prune(0);
	assert.deepEqual([itsImage, its, other, another].map(existsSync), [true, true, false, false]);
});

test('prune() spares what a process has in its command line', async () => {
	const [itsImage, other] = [image(0, 50), image(1, 40)];
	const program = spawn('sh', ['-c', 'read _', `path=${itsImage}/rootfs,share=off`], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	await once(program, 'spawn');
	prune(0);
	assert.deepEqual([itsImage, other].map(existsSync), [true, false]);
	program.stdin.end();
	await once(program, 'exit');
	prune(0);
	assert.equal(existsSync(itsImage), false);
});
