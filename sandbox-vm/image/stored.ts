/**
 * Images as they lie in the cache.
 *
 *     ~/.cache/drydock/images/
 *     ├─ RECIPE-KEY/          an image, named after what it is made of, and after its bytes
 *     │  ├─ vmlinuz  initrd  rootfs.squashfs
 *     │  └─ image.json        its key, its packages, and how long each file is
 *     ├─ apt/                 packages, for the next time
 *     └─ lock
 *
 * One recipe makes other images as Debian's packages change. Each has a directory of its own: a machine that is continued
 * from a saved memory needs the very image that it was saved with.
 *
 * @module
 */
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, join} from 'node:path';
import {tolerate} from '#kernel/error';
import {missingBundle} from './guest.ts';
import {imageKey} from './recipe.ts';

/** An image that is whole. */
export interface Image {
	readonly directory: string;
	readonly kernel: string;
	readonly initrd: string;
	/** A squashfs, for the first virtio disk. */
	readonly rootfs: string;
	/** The hash of all its bytes: a memory that was saved with an image fits no other. */
	readonly key: string;
	/** The kernel's and the other packages' files, with versions in their names. */
	readonly packages: readonly string[];
}

/** Where images are kept, by the XDG base directory specification. */
export function imageCacheDirectory(): string {
	return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'drydock/images');
}

/** The newest image for this project as it is now, if there is one, and whole. */
export function findImage(cacheDirectory: string, recipe?: string): Image | undefined {
	if (recipe === undefined && missingBundle() !== undefined) return undefined;
	const start = `${recipe ?? imageKey()}-`;
	return imageDirectories(cacheDirectory)
		.filter(directory => basename(directory).startsWith(start))
		.sort((one, other) => madeMilliseconds(other) - madeMilliseconds(one))
		.map(readImage)
		.find(image => image !== undefined);
}

/** The directories of all images, whole or not. */
export function imageDirectories(cacheDirectory: string): readonly string[] {
	const names = tolerate(['ENOENT'], () => readdirSync(cacheDirectory)) ?? [];
	// Images of earlier versions have no key in their names.
	return names.filter(name => /^[0-9a-f]{16}(-[0-9a-f]{16})?$/.test(name)).map(name => join(cacheDirectory, name));
}

/** Whether an image is still whole, and what this project would make now. */
export function imageIsFresh({directory, key}: Image, recipe = imageKey()): boolean {
	return basename(directory) === `${recipe}-${key}` && readImage(directory)?.key === key;
}

/** Writes image.json, with which a directory of files becomes an image. */
export function sealImage(directory: string, packages: readonly string[]): void {
	const hash = createHash('sha256');
	const bytes: Record<string, number> = {};
	for (const name of parts) {
		const content = readFileSync(join(directory, name));
		hash.update(content);
		bytes[name] = content.length;
	}
	const sealed: Sealed = {key: hash.digest('hex').slice(0, 16), bytes, packages};
	writeFileSync(join(directory, imageFile), JSON.stringify(sealed));
}

/** Gives a sealed directory the name under which it is found. */
export function keepImage(sealed: string, cacheDirectory: string, recipe: string): Image {
	const key = readSealed(join(sealed, imageFile))?.key;
	const directory = join(cacheDirectory, `${recipe}-${key}`);
	// One with that name holds the same bytes, unless it was cut short. A rename can't replace it.
	rmSync(directory, {recursive: true, force: true});
	renameSync(sealed, directory);
	const image = readImage(directory);
	if (image === undefined) throw new Error(`${directory} is not whole, though it was just made: is the disk failing?`);
	return image;
}

interface Sealed {
	readonly key: string;
	readonly bytes: Readonly<Record<string, number>>;
	readonly packages: readonly string[];
}

const imageFile = 'image.json';
const parts = ['vmlinuz', 'initrd', 'rootfs.squashfs'] as const;

function readImage(directory: string): Image | undefined {
	const sealed = readSealed(join(directory, imageFile));
	if (sealed === undefined) return undefined;
	const {key, bytes, packages} = sealed;
	const whole = (name: string): boolean =>
		tolerate(['ENOENT'], () => statSync(join(directory, name)).size) === bytes[name];
	// A full disk or a half copy cuts files short; such an image is made anew.
	if (!parts.every(whole)) return undefined;
	const [kernel, initrd, rootfs] = parts.map(name => join(directory, name)) as [string, string, string];
	return {directory, kernel, initrd, rootfs, key, packages};
}

function madeMilliseconds(directory: string): number {
	return tolerate(['ENOENT'], () => statSync(join(directory, imageFile)).mtimeMs) ?? 0;
}

function readSealed(path: string): Sealed | undefined {
	const text = tolerate(['ENOENT'], () => readFileSync(path, 'utf8')) ?? '';
	try {
		return JSON.parse(text) as Sealed;
	} catch {
		// No such file, or one that was cut short.
		return undefined;
	}
}
