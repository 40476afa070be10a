/**
 * Images as they lie in the cache.
 *
 *     ~/.cache/drydock/images/
 *     ├─ 0123456789abcdef/    an image, named after its recipe
 *     │  ├─ vmlinuz  initrd  rootfs.squashfs
 *     │  └─ image.json        its key, its packages, and how long each file is
 *     ├─ apt/                 packages, for the next time
 *     └─ lock
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

/** The image for this project as it is now, if it is there and whole. */
export function findImage(cacheDirectory: string, recipe?: string): Image | undefined {
	if (recipe === undefined && missingBundle() !== undefined) return undefined;
	return readImage(join(cacheDirectory, recipe ?? imageKey()));
}

/** Whether an image is still whole, and what this project would make now. */
export function imageIsFresh({directory, key}: Image, recipe = imageKey()): boolean {
	return basename(directory) === recipe && readImage(directory)?.key === key;
}

/** Removes all images but one. Machines that run keep their open files. */
export function removeOtherImages(cacheDirectory: string, keep: Image): void {
	for (const name of tolerate(['ENOENT'], () => readdirSync(cacheDirectory)) ?? []) {
		const directory = join(cacheDirectory, name);
		if (/^[0-9a-f]{16}$/.test(name) && directory !== keep.directory) rmSync(directory, {recursive: true, force: true});
	}
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
	writeFileSync(join(directory, 'image.json'), JSON.stringify(sealed));
}

/** Gives a sealed directory the name under which it is found, in place of what has that name. */
export function keepImage(sealed: string, cacheDirectory: string, recipe: string): Image {
	const directory = join(cacheDirectory, recipe);
	// A rename can't replace a directory that holds something. QEMU goes on with the files it has opened.
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

const parts = ['vmlinuz', 'initrd', 'rootfs.squashfs'] as const;

function readImage(directory: string): Image | undefined {
	const sealed = readSealed(join(directory, 'image.json'));
	if (sealed === undefined) return undefined;
	const {key, bytes, packages} = sealed;
	const whole = (name: string): boolean =>
		tolerate(['ENOENT'], () => statSync(join(directory, name)).size) === bytes[name];
	// A full disk or a half copy cuts files short; such an image is made anew.
	if (!parts.every(whole)) return undefined;
	const [kernel, initrd, rootfs] = parts.map(name => join(directory, name)) as [string, string, string];
	return {directory, kernel, initrd, rootfs, key, packages};
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
