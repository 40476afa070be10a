/**
 * `-v` and `--tmpfs`: what else a container sees beside its root.
 *
 * Source: docs.docker.com, "Volumes" and "tmpfs mounts".
 * @module
 */
import {mkdirSync} from 'node:fs';
import {isAbsolute, join, normalize, resolve} from 'node:path';
import {dataDirectory} from '#engine/directories';
import {makeDirectories} from '#kernel/directory';
import type {Mount} from '#mnt';

/** The words behind a volume's second colon, and what each is to the kernel. Others, such as SELinux's `z`, change nothing here. */
const knownModes: ReadonlySet<string> = new Set([
	'ro',
	'rw',
	'z',
	'Z',
	'nocopy',
	'consistent',
	'cached',
	'delegated',
	'shared',
	'slave',
	'private',
	'rshared',
	'rslave',
	'rprivate',
]);
const ignoredModes: ReadonlySet<string> = new Set(['z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated']);
const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/**
 * Reads `-v source:target[:mode]`. A source that isn't there is made, as docker does; one without a slash is a volume's
 * name, kept in the engine's data.
 *
 * @throws one line for a text that isn't one.
 */
export function volumeMount(text: string): Mount {
	const parts = text.split(':');
	const [first = '', second, mode = ''] = parts;
	if (parts.length > 3) throw new Error(`invalid volume specification: '${text}': write it as source:target[:ro]`);
	const anonymous = second === undefined;
	const target = anonymous ? first : second;
	requireTarget(target, text);
	const modes = mode === '' ? [] : mode.split(',');
	const wrong = modes.find(word => !knownModes.has(word));
	if (wrong !== undefined) throw new Error(`invalid mode: ${wrong} in volume '${text}'`);
	const source = anonymous ? namedVolume(`anonymous-${Date.now().toString(36)}`) : volumeSource(first, text);
	return {
		destination: normalize(target),
		type: 'bind',
		source,
		options: [
			'rbind',
			modes.some(word => /^r?(shared|slave|private)$/.test(word)) ? '' : 'rprivate',
			...modes.filter(word => !ignoredModes.has(word)),
		].filter(word => word !== ''),
	};
}

/** Reads `--tmpfs target[:options]`. @throws one line for a target that isn't an absolute path. */
export function tmpfsMount(text: string): Mount {
	const colon = text.indexOf(':');
	const target = colon < 0 ? text : text.slice(0, colon);
	requireTarget(target, text);
	const options = colon < 0 ? [] : text.slice(colon + 1).split(',');
	return {
		destination: normalize(target),
		type: 'tmpfs',
		source: 'tmpfs',
		options: ['nosuid', 'nodev', 'noexec', ...options],
	};
}

function volumeSource(source: string, text: string): string {
	if (isAbsolute(source) || source.startsWith('./') || source.startsWith('../') || source === '.' || source === '..') {
		const path = resolve(source);
		// A file is as good a source as a directory.
		makeDirectories(path);
		return path;
	}
	if (!volumeName.test(source))
		throw new Error(`invalid volume specification: '${text}': a source is a path or a name of [a-zA-Z0-9_.-]`);
	return namedVolume(source);
}

function namedVolume(name: string): string {
	const path = join(dataDirectory(), 'volumes', name, '_data');
	mkdirSync(path, {recursive: true});
	return path;
}

function requireTarget(target: string, text: string): void {
	if (!isAbsolute(target)) throw new Error(`invalid volume specification: '${text}': mount path must be absolute`);
	if (normalize(target).replace(/\/$/, '') === '')
		throw new Error(`invalid volume specification: '${text}': destination can't be '/'`);
}
