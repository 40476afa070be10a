/**
 * The way from packages to an image.
 * @module
 */
import {mkdirSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Packages} from './fetch-packages.ts';
import {furnish, makeSkeleton} from './furnish.ts';
import {owners} from './furniture.ts';
import {makeInitrd} from './initrd.ts';
import {indexModules} from './modules.ts';
import type {OnProgress} from './progress.ts';
import {makeSquashfs} from './squashfs.ts';
import {sealImage} from './stored.ts';
import {unpack} from './unpack.ts';

/** Makes an image of packages in the empty directory `workplace`, and returns its directory, which is below that. */
export async function makeImage(
	packages: Packages,
	workplace: string,
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<string> {
	const root = join(workplace, 'root');
	makeSkeleton(root);
	await unpack(packages, root, onProgress, signal);
	furnish(root);
	const modules = await indexModules(root, signal);
	const image = join(workplace, 'image');
	mkdirSync(image);
	takeKernel(root, join(image, 'vmlinuz'));
	writeFileSync(join(image, 'initrd'), makeInitrd(root, modules));
	await makeSquashfs(root, join(image, 'rootfs.squashfs'), owners, onProgress, signal);
	const names = packages.list.map(({file}) => file);
	sealImage(image, names);
	return image;
}

/** The kernel is started from outside, so the guest's own /boot needs no copy of it. */
function takeKernel(root: string, path: string): void {
	const name = readdirSync(join(root, 'boot')).find(name => name.startsWith('vmlinuz-'));
	if (name === undefined) throw new Error('the kernel’s package holds no kernel: is it the cloud kernel’s?');
	renameSync(join(root, 'boot', name), path);
}
