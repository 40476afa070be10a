/**
 * Unpacks packages into a folder, without root: who owns what is told to mksquashfs later.
 * @module
 */
import type {ChildProcess} from 'node:child_process';
import {join} from 'node:path';
import type {Packages} from './fetch-packages.ts';
import {leftOut} from './packages.ts';
import {beginPhase, type OnProgress} from './progress.ts';
import {start, success} from './run.ts';

/**
 * Unpacks all packages into `root`, one after the other, through one tar.
 *
 * @throws {Error} with the words of tar or dpkg-deb; the disk may be full.
 */
export async function unpack(
	{list, directory}: Packages,
	root: string,
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<void> {
	const total = list.reduce((sum, {bytes}) => sum + bytes, 0);
	const progress = beginPhase(onProgress, 'unpack', total);
	const tar = startTar(root, signal);
	const unpacked = success(tar, 'tar');
	// It is awaited below; until then its failure shows as that of whoever writes to it.
	unpacked.catch(() => {});
	let done = 0;
	try {
		for (const {file, bytes} of list) {
			const stdio = ['ignore', tar.stdin!, 'pipe'] as const;
			const child = start(['dpkg-deb', '--fsys-tarfile', join(directory, file)], {stdio: [...stdio], signal});
			await success(child, 'dpkg-deb');
			done += bytes;
			progress(done);
		}
	} catch (error) {
		// If tar ended first, perhaps of a full disk, then it knows why: the other only knows that nobody reads.
		tar.stdin!.destroy();
		const {message} = await unpacked.then(
			() => ({message: ''}),
			(reason: Error) => reason,
		);
		throw message.includes('No space left') ? new Error(message, {cause: error}) : error;
	}
	tar.stdin!.end();
	await unpacked;
}

function startTar(root: string, signal: AbortSignal | undefined): ChildProcess {
	const options = [
		'--extract',
		// Each package ends with zeros, which are not the end of all.
		'--ignore-zeros',
		'--preserve-permissions',
		'--no-same-owner',
		// /bin is a link to /usr/bin in the guest, and packages that know /bin as a directory must not replace it.
		'--keep-directory-symlink',
		...leftOut.map(pattern => `--exclude=${pattern}`),
	];
	return start(['tar', ...options, '--directory', root], {stdio: ['pipe', 'ignore', 'pipe'], signal});
}
