/**
 * The packages that the guest is made of: found, fetched, checked.
 * @module
 */
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {ExplainedError} from '#words/explained-error';
import {packages} from './packages.ts';
import {type Apt, privateApt} from './private-apt.ts';
import {beginPhase, type OnProgress} from './progress.ts';

/** One package, as the signed lists describe it. */
export interface Package {
	/** `dash_0.5.12-2_amd64.deb`: its name, version and architecture. */
	readonly file: string;
	readonly bytes: number;
	readonly sha256: string;
}

export interface Packages {
	readonly list: readonly Package[];
	/** Where the files are. */
	readonly directory: string;
}

/**
 * Fetches the packages that the guest is made of, as far as they aren't here already.
 *
 * @throws {Error} with apt's words if a source can't be reached and nothing is here from another time.
 */
export async function fetchPackages(
	directory: string,
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<Packages> {
	const apt = await privateApt(directory, signal);
	beginPhase(onProgress, 'lists', 0);
	await update(apt, join(directory, 'lists'), signal);
	const resolved = await apt(
		[`-oDir::Cache::archives=${join(directory, 'nothing')}`, '--print-uris', 'install', ...packages],
		signal,
	);
	const list = parseUris(resolved);
	if (list.length < packages.length)
		throw new Error(`of ${packages.length} packages apt names ${list.length} with their hashes: is it too old?`);
	await download(apt, list, onProgress, signal);
	const archives = join(directory, 'archives');
	for (const item of list) verify(archives, item);
	await apt(['autoclean'], signal);
	return {list, directory: archives};
}

/** Reads what `apt-get --print-uris` tells about each file. */
export function parseUris(text: string): readonly Package[] {
	const found = text.matchAll(/^'[^']+' ([^\s/]+\.deb) (\d+) SHA256:([0-9a-f]{64})$/gm);
	return [...found]
		.map(([, file = '', bytes, sha256 = '']) => ({file, bytes: Number(bytes), sha256}))
		.sort((one, other) => (one.file < other.file ? -1 : 1));
}

/** Fetches the lists. Where this host is offline, those of another time will do. */
async function update(apt: Apt, lists: string, signal: AbortSignal | undefined): Promise<void> {
	try {
		await apt(['--error-on=any', 'update'], signal);
	} catch (error) {
		signal?.throwIfAborted();
		if (readdirSync(lists).some(name => /_Packages(\.|$)/.test(name))) return;
		const {message} = error as Error;
		const text = {
			en: `Debian's list of packages can't be fetched: is this machine online? ${message}`,
			zh: `取不到 Debian 的软件包列表：这台机器联网了吗？${message}`,
		};
		throw new ExplainedError(text, {cause: error});
	}
}

async function download(
	apt: Apt,
	list: readonly Package[],
	onProgress: OnProgress,
	signal: AbortSignal | undefined,
): Promise<void> {
	const total = list.reduce((sum, {bytes}) => sum + bytes, 0);
	const progress = beginPhase(onProgress, 'packages', total);
	await apt(['-oAPT::Status-Fd=1', '--download-only', 'install', ...packages], signal, line => {
		const [, percent] = /^dlstatus:\d+:([\d.]+):/.exec(line) ?? [];
		if (percent !== undefined) progress(Math.round((total * Number(percent)) / 100));
	});
	progress(total);
}

/** apt has checked what it fetched now; of what was here it looked at the size only. */
function verify(archives: string, {file, sha256}: Package): void {
	const path = join(archives, file);
	if (createHash('sha256').update(readFileSync(path)).digest('hex') !== sha256)
		throw new Error(`${path} is not what Debian's signed list says: remove it, and it will be fetched again`);
}
