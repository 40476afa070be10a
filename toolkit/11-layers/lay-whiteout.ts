/**
 * A whiteout of a layer: kept in overlayfs's form, or applied to what is there.
 *
 * It speaks of the layers below, never of what its own layer brings, in whatever order they stand in the tar.
 *
 * Source: OCI image spec, layer.md "Whiteouts".
 * @module
 */
import {constants, openSync, rmSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {withFd} from '#kernel/path';
import {childPath, namesIn} from '#layers/directory';
import type {UnpackOptions} from '#layers/types';
import {makeOpaque, makeWhiteout, OPAQUE_NAME, WHITEOUT_PREFIX} from '#layers/whiteout';

const {O_DIRECTORY, O_NOFOLLOW} = constants;

/**
 * Does what the whiteout file `name` in the open directory `parent` says.
 *
 * @throws {Error} for a name that would mean the directory itself or the one above.
 */
export function layWhiteout(
	{options, made}: {readonly options: UnpackOptions; readonly made: ReadonlySet<string>},
	parent: number,
	parentPath: string,
	name: string,
): void {
	const below = (each: string): string => (parentPath === '' ? each : `${parentPath}/${each}`);
	if (name === OPAQUE_NAME) {
		if (options.whiteouts === 'keep') makeOpaque(childPath(parent, '.'), options.userNamespace === true);
		else for (const each of namesIn(parent)) removeUnlessMade(parent, each, below(each), made);
	} else if (!name.startsWith(WHITEOUT_PREFIX.repeat(2))) {
		const hidden = name.slice(WHITEOUT_PREFIX.length);
		if (hidden === '' || hidden === '.' || hidden === '..') throw new Error(`a layer with the whiteout ${name}`);
		if (options.whiteouts === 'apply') removeUnlessMade(parent, hidden, below(hidden), made);
		else if (!made.has(below(hidden))) {
			rmSync(childPath(parent, hidden), {recursive: true, force: true});
			makeWhiteout(parent, hidden);
		}
	}
	// Other names of this kind are AUFS's own bookkeeping.
}

/** A whiteout speaks of the layers below, so what this layer made stays, and with it the directories above it. */
function removeUnlessMade(parent: number, name: string, path: string, made: ReadonlySet<string>): void {
	const stays = [...made].filter(each => each === path || each.startsWith(`${path}/`));
	if (stays.length === 0) {
		rmSync(childPath(parent, name), {recursive: true, force: true});
		return;
	}
	const directory = tolerate(['ENOENT', 'ENOTDIR', 'ELOOP'], () =>
		openSync(childPath(parent, name), O_DIRECTORY | O_NOFOLLOW),
	);
	if (directory === undefined) return;
	withFd(directory, () => {
		for (const each of namesIn(directory)) removeUnlessMade(directory, each, `${path}/${each}`, new Set(stays));
	});
}
