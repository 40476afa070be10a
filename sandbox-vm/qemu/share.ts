/**
 * Folders of the host in the machine: packed into a read-only disk that is plugged in while it runs.
 *
 *     folder ──mksquashfs──▶ share-0.squashfs ──hot plug──▶ /dev/vdc
 *                                                            └─ overlay, for what `refresh` brings in
 *                                                               └─ bind mount, read-only, at the folder's place
 *
 * What is written inside, if it may be, stays inside. What changes outside afterwards is brought in by `refresh`: the
 * disk is a copy.
 * (A folder that both sides see at once would need 9p or virtiofs, which the cloud kernel lacks or QEMU can't save.)
 * @module
 */
import {existsSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {ExplainedError} from '#words/explained-error';
import {run} from '../image/run.ts';
import type {Dock} from '../machine/dock.ts';
import {plugDisk} from '../machine/machine.ts';
import type {Guest} from './guest.ts';

/** A folder of the host, and where it is shown. */
export interface Share {
	readonly directory: string;
	readonly at: string;
	readonly writable: boolean;
	/** The how manieth of its sandbox it is. */
	readonly number: number;
}

/** A share, packed. */
export interface PackedShare extends Share {
	readonly disk: string;
}

/** Packs a folder, once for all machines of a dock. @throws {ExplainedError} if there is none. */
export async function packShare(share: Share, dock: Dock): Promise<PackedShare> {
	requireFolder(share.directory);
	const disk = join(dock.directory, `share-${share.number}.squashfs`);
	if (!existsSync(disk)) {
		const options = [
			'-noappend',
			'-no-progress',
			'-quiet',
			'-all-root',
			'-no-xattrs',
			'-comp',
			'zstd',
			'-Xcompression-level',
			'1',
		];
		await run(['mksquashfs', share.directory, disk, ...options]);
	}
	return {...share, disk};
}

/** Shows a packed folder in a machine. @throws {Error} one line if it can't be shown there. */
export async function showShare({machine, agent}: Guest, {disk, at, writable, number}: PackedShare): Promise<void> {
	const inside = async (...command: readonly string[]): Promise<void> => {
		const {exitCode, stderr} = await agent.exec(command);
		if (exitCode !== 0) throw new Error(`can't show ${at} in the machine: ${stderr.trim().split('\n').at(-1)}`);
	};
	// Before the disk is plugged in: a machine has few places for disks, and gives none back.
	await inside('mkdir', '-p', '--', at);
	const {slot} = await plugDisk(machine, disk);
	const device = `/dev/vd${String.fromCharCode(firstLetter + slot)}`;
	await inside('sh', '-c', mountScript, 'sh', device, at, layersOf(number), writable ? 'rw' : 'ro');
}

/** Where a file or folder of the host, if it is in a share, can be written to in the machine. */
export function writablePaths(shares: readonly Share[], path: string): readonly string[] {
	return shares
		.filter(({directory}) => `${path}/`.startsWith(`${directory}/`))
		.map(({directory, number}) => join(layersOf(number), 'all', relative(directory, path)));
}

/** mksquashfs would make a disk of a single file as well. */
function requireFolder(path: string): void {
	const found = statSync(path, {throwIfNoEntry: false});
	if (found?.isDirectory()) return;
	throw new ExplainedError(
		found === undefined
			? {en: `${path}: there is no such folder to share`, zh: `${path}：没有这个文件夹可以共享`}
			: {en: `${path} is no folder: only folders can be shared`, zh: `${path} 不是文件夹：只能共享文件夹`},
	);
}

function layersOf(number: number): string {
	return `/run/drydock-shares/${number}`;
}

/** The first disk that is plugged in is the third that there is. */
const firstLetter = 'c'.charCodeAt(0);

/** $1: the disk, which takes a moment to appear; $2: where to show it; $3: where to keep its layers; $4: ro or rw. */
const mountScript = `set -e
tries=0
until [ -b "$1" ]; do tries=$((tries + 1)); [ $tries -lt 100 ]; sleep 0.05; done
mkdir -p "$3"
mount -t tmpfs share "$3"
mkdir "$3/lower" "$3/upper" "$3/work" "$3/all"
mount -t squashfs -o ro "$1" "$3/lower"
mount -t overlay share -o "lowerdir=$3/lower,upperdir=$3/upper,workdir=$3/work" "$3/all"
mount --bind "$3/all" "$2"
[ "$4" = rw ] || mount -o remount,bind,ro "$2"`;
