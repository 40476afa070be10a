import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {
	findImage,
	type Image,
	imageCacheDirectory,
	imageIsFresh,
	keepImage,
	removeOtherImages,
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

test('keepImage() takes the place of an older one, whose key is another', t => {
	const {cache, made: older} = image(t, 'old');
	const {made: newer} = image(t, 'new', cache);
	assert.equal(newer.directory, older.directory);
	assert.notEqual(newer.key, older.key);
	assert.equal(imageIsFresh(older, recipe), false);
});

test('removeOtherImages() leaves the packages, and the image that is kept', t => {
	const {cache, made: keep} = image(t);
	const {made: other} = image(t, 'other', cache, 'fedcba9876543210');
	mkdirSync(join(cache, 'apt'));
	removeOtherImages(cache, keep);
	assert.equal(existsSync(other.directory), false);
	assert.equal(existsSync(join(cache, 'apt')), true);
	assert.equal(imageIsFresh(keep, recipe), true);
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
