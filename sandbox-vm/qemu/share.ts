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
import {existsSync} from 'node:fs';
import {join, relative} from 'node:path';
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

/** Packs a folder, once for all machines of a dock. What is kept for git and what was built is left out. */
export async function packShare(share: Share, dock: Dock): Promise<PackedShare> {
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
		await run(['mksquashfs', share.directory, disk, ...options, '-e', '.git', 'dist']);
	}
	return {...share, disk};
}

/** Shows a packed folder in a machine. @throws {Error} one line if the machine can't mount it. */
export async function showShare({machine, agent}: Guest, {disk, at, writable, number}: PackedShare): Promise<void> {
	const {slot} = await plugDisk(machine, disk);
	const device = `/dev/vd${String.fromCharCode(firstLetter + slot)}`;
	const {exitCode, stderr} = await agent.exec([
		'sh',
		'-c',
		mountScript,
		'sh',
		device,
		at,
		layersOf(number),
		writable ? 'rw' : 'ro',
	]);
	if (exitCode !== 0) throw new Error(`can't show ${at} in the machine: ${stderr.trim().split('\n').at(-1)}`);
}

/** Where a file or folder of the host, if it is in a share, can be written to in the machine. */
export function writablePaths(shares: readonly Share[], path: string): readonly string[] {
	return shares
		.filter(({directory}) => `${path}/`.startsWith(`${directory}/`))
		.map(({directory, number}) => join(layersOf(number), 'all', relative(directory, path)));
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
mkdir -p "$2" "$3"
mount -t tmpfs share "$3"
mkdir "$3/lower" "$3/upper" "$3/work" "$3/all"
mount -t squashfs -o ro "$1" "$3/lower"
mount -t overlay share -o "lowerdir=$3/lower,upperdir=$3/upper,workdir=$3/work" "$3/all"
mount --bind "$3/all" "$2"
[ "$4" = rw ] || mount -o remount,bind,ro "$2"`;
