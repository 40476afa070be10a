/**
 * The kernel's modules: which ones the first root needs, and in which order they load.
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {filesBelow} from './files-below.ts';
import {run} from './run.ts';

/** What it takes to mount the image: the disk, its file system, and the overlay above. */
const needed: readonly string[] = ['virtio_pci', 'virtio_blk', 'squashfs', 'overlay'];

/**
 * Writes what modprobe will look up, with the guest's own depmod, and returns where the modules are.
 *
 * It is run through the guest's own loader, so it needs nothing of this host.
 */
export async function indexModules(root: string, signal: AbortSignal | undefined): Promise<string> {
	const versions = readdirSync(join(root, 'usr/lib/modules'));
	const [version] = versions;
	if (version === undefined || versions.length > 1) throw new Error(`one kernel was expected, not ${versions.length}`);
	const directory = join(root, 'usr/lib/modules', version);
	await decompress(directory, signal);
	const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
	const loader = [join(libraries, 'ld-linux-x86-64.so.2'), '--argv0', 'depmod', '--library-path', libraries];
	await run([...loader, join(root, 'usr/bin/kmod'), '-b', root, version], {signal});
	return directory;
}

/** The needed modules and those they need, each after what it needs; paths below `directory`. */
export function loadOrder(directory: string): readonly string[] {
	const dependencies = parseDependencies(readFileSync(join(directory, 'modules.dep'), 'utf8'));
	const order = new Set<string>();
	const add = (path: string): void => {
		for (const dependency of dependencies.get(path) ?? []) add(dependency);
		order.add(path);
	};
	for (const name of needed) {
		const path = [...dependencies.keys()].find(path => moduleName(path) === name);
		if (path === undefined) throw new Error(`the kernel has no module ${name}: is this the cloud kernel?`);
		add(path);
	}
	return [...order];
}

/** Reads modules.dep: `path: what it needs …`. */
export function parseDependencies(text: string): ReadonlyMap<string, readonly string[]> {
	return new Map(
		[...text.matchAll(/^([^:\n]+):(.*)$/gm)].map(([, path = '', needs = '']) => [
			path,
			needs.split(' ').filter(word => word !== ''),
		]),
	);
}

/** Later kernels' modules are compressed one by one, which busybox's insmod can't undo; the image compresses them all. */
async function decompress(directory: string, signal: AbortSignal | undefined): Promise<void> {
	const paths = filesBelow(directory).filter(path => path.endsWith('.ko.xz'));
	if (paths.length > 0) await run(['xz', '--decompress', ...paths], {signal});
}

function moduleName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1).replace(/\.ko$/, '');
}
