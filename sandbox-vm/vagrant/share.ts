/**
 * Folders of the host in the machine: copied to its disk over ssh, and shown at their places by a bind mount.
 *
 *     folder ── tar ══ ssh ══ tar ──▶ /var/lib/drydock-shares/0 ── bind mount, read-only ──▶ the folder's place
 *
 * (Vagrant's own synced folders are another thing with each provider, and most of them can be written to from inside.)
 * @module
 */
import {spawn} from 'node:child_process';
import {join, relative} from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {AgentClient} from '../agent/agent.ts';
import {success} from '../image/run.ts';
import {type Access, startThere} from './ssh.ts';

/** A folder of the host, and where it is shown. */
export interface Share {
	readonly directory: string;
	readonly at: string;
	readonly writable: boolean;
	/** The how manieth of its sandbox it is. */
	readonly number: number;
}

/** Shows a folder, and copies it first if the machine doesn't have it. @throws {Error} one line if it can't. */
export async function showShare(agent: AgentClient, access: Access, share: Share): Promise<void> {
	const {at, number, writable} = share;
	const place = placeOf(number);
	if ((await agent.exec(['test', '-e', `${place}.whole`])).exitCode !== 0) await send(access, share);
	const command = ['sh', '-c', mountScript, 'sh', place, at, writable ? 'rw' : 'ro'];
	const {exitCode, stderr} = await agent.exec(command, {workingDirectory: '/'});
	if (exitCode !== 0) throw new Error(`can't show ${at} in the machine: ${stderr.trim().split('\n').at(-1)}`);
}

/** Where a file or folder of the host, if it is in a share, can be written to in the machine. */
export function writablePaths(shares: readonly Share[], path: string): readonly string[] {
	return shares
		.filter(({directory}) => `${path}/`.startsWith(`${directory}/`))
		.map(({directory, number}) => join(placeOf(number), relative(directory, path)));
}

/** Copies a folder. What is kept for git and what was built is left out. */
async function send(access: Access, {directory, number}: Share): Promise<void> {
	const what = ['--exclude=./.git', '--exclude=./dist', '--directory', directory, '.'];
	const tar = spawn('tar', ['--create', '--owner=0', '--group=0', '--numeric-owner', ...what], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const there = startThere(access, ['sudo', '-n', 'sh', '-c', unpackScript, 'sh', placeOf(number)]);
	there.stdout.resume();
	const ends = [success(tar, 'tar'), success(there, 'tar in the machine')];
	// What breaks the pipe is told by whoever of the two has failed.
	await pipeline(tar.stdout, there.stdin).catch(() => {});
	await Promise.all(ends);
}

function placeOf(number: number): string {
	return `/var/lib/drydock-shares/${number}`;
}

/** $1: the place. The mark is made last, so a copy that was cut off doesn't count. */
const unpackScript = 'set -e; rm -rf "$1" "$1.whole"; mkdir -p "$1"; tar --extract --directory "$1"; : > "$1.whole"';

/** $1: the copy; $2: where to show it; $3: ro or rw. After a start of the machine it has to be shown again. */
const mountScript = `set -e
mkdir -p "$2"
mountpoint -q "$2" && exit
mount --bind "$1" "$2"
[ "$3" = rw ] || mount -o remount,bind,ro "$2"`;
