/**
 * Makes a root that can be started of one that was only unpacked: the furniture, and this project's own files.
 * @module
 */
import {appendFileSync, chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {additions, copies, directories, files, links} from './furniture.ts';
import {guestFiles} from './guest.ts';

/** Before anything is unpacked: packages still say /bin and /lib, and the guest has them in /usr. */
export function makeSkeleton(root: string): void {
	withUsualModes(() => {
		for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
			mkdirSync(join(root, 'usr', name), {recursive: true});
			symlinkSync(`usr/${name}`, join(root, name));
		}
	});
}

/** Finishes the root that the packages were unpacked into. */
export function furnish(root: string): void {
	withUsualModes(() => putFurniture(root));
}

/** Whatever is made must not depend on who makes it: some people's files are readable to nobody else. */
function withUsualModes(action: () => void): void {
	const mask = process.umask(0o022);
	try {
		action();
	} finally {
		process.umask(mask);
	}
}

function putFurniture(root: string): void {
	for (const [path, target] of Object.entries(links)) symlinkSync(target, place(root, path));
	for (const path of directories) mkdirSync(join(root, path), {recursive: true});
	for (const [path, source] of Object.entries(copies)) copyFileSync(join(root, source), place(root, path));
	for (const [path, text] of Object.entries(files)) writeFileSync(place(root, path), text);
	for (const [path, line] of Object.entries(additions)) appendFileSync(join(root, path), line);
	for (const {from, to, mode} of guestFiles()) {
		copyFileSync(from, place(root, to));
		chmodSync(join(root, to), mode);
	}
}

/** Makes room for a file: were there a link, writing would follow it, perhaps into this host's own /etc. */
function place(root: string, path: string): string {
	const place = join(root, path);
	mkdirSync(dirname(place), {recursive: true});
	rmSync(place, {recursive: true, force: true});
	return place;
}
