import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {
	findImage,
	type Image,
	imageCacheDirectory,
	imageDirectories,
	imageIsFresh,
	keepImage,
	sealImage,
} from './stored.ts';
import {emptyDirectory} from './testing.ts';

const recipe = '0123456789abcdef';

/** An image of a few bytes, in a cache of its own. */
function image(
	t: TestContext,
	rootfs = 'root',
	cache = emptyDirectory(t),
	name = recipe,
): {cache: string; made: Image} {
	const sealed = join(cache, 'unfinished');
	mkdirSync(sealed);
	for (const [name, text] of Object.entries({vmlinuz: 'kernel', initrd: 'first', 'rootfs.squashfs': rootfs}))
		writeFileSync(join(sealed, name), text);
	sealImage(sealed, ['dash_0.5.12-2_amd64.deb']);
	return {cache, made: keepImage(sealed, cache, name)};
}

test('findImage() finds what keepImage() kept, whole', t => {
	const {cache, made} = image(t);
	assert.deepEqual(findImage(cache, recipe), made);
	assert.equal(readFileSync(made.rootfs, 'utf8'), 'root');
	assert.deepEqual(made.packages, ['dash_0.5.12-2_amd64.deb']);
	assert.equal(findImage(cache, 'fedcba9876543210'), undefined);
	assert.equal(imageIsFresh(made, recipe), true);
	assert.equal(imageIsFresh(made, 'fedcba9876543210'), false);
});

test('findImage() finds no image that was cut short', t => {
	for (const name of ['vmlinuz', 'initrd', 'rootfs.squashfs', 'image.json']) {
		const {cache, made} = image(t);
		truncateSync(join(made.directory, name), 3);
		assert.equal(findImage(cache, recipe), undefined, name);
		assert.equal(imageIsFresh(made, recipe), false, name);
	}
});

test('keepImage() leaves an older one for who runs on it, and the newest is found', t => {
	const {cache, made: older} = image(t, 'old');
	utimesSync(join(older.directory, 'image.json'), 1, 1);
	const {made: newer} = image(t, 'new', cache);
	assert.notEqual(newer.directory, older.directory);
	assert.equal(imageIsFresh(older, recipe), true);
	assert.deepEqual(findImage(cache, recipe), newer);
	// The same bytes once more: it is the newest again.
	utimesSync(join(newer.directory, 'image.json'), 1, 1);
	assert.deepEqual(image(t, 'old', cache).made, older);
	assert.deepEqual(findImage(cache, recipe), older);
});

test('imageDirectories() are those of images, and neither the packages nor what is unfinished', t => {
	const {cache, made} = image(t);
	for (const name of ['apt', 'unfinished-x', 'fedcba9876543210']) mkdirSync(join(cache, name));
	assert.deepEqual(imageDirectories(cache), [made.directory, join(cache, 'fedcba9876543210')]);
});

test('imageCacheDirectory() follows XDG_CACHE_HOME', t => {
	const before = process.env.XDG_CACHE_HOME;
	t.after(() => {
		if (before === undefined) delete process.env.XDG_CACHE_HOME;
		else process.env.XDG_CACHE_HOME = before;
	});
	process.env.XDG_CACHE_HOME = '/some/cache';
	assert.equal(imageCacheDirectory(), '/some/cache/drydock/images');
});
