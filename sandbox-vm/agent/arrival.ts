/**
 * Something that arrives: filled under a name for the time being, and given its own when it is whole.
 *
 *     .drydock-copy-1f3a9c     filled, given its modes ──rename(2)──▶ ship
 *
 * Whoever is killed meanwhile leaves the draft, and nobody takes that for the ship.
 *
 * Source: rename(2).
 * @module
 */
import {randomBytes} from 'node:crypto';
import {chmodSync, lstatSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {ExplainedError} from '#words/explained-error';
import {told} from './file-error.ts';
import {bytesOf} from './file-name.ts';

export class Arrival {
	/** Where it is until it is whole: beside its place, for on another file system it could not be renamed. */
	readonly draft: string;
	readonly #place: string;
	readonly #mayReplace: boolean;
	/** The folders in it by their places, with the modes that they get in the end. */
	readonly #folders = new Map<string, {readonly draft: string; readonly mode: number}>();

	/**
	 * @param mayReplace whether it may take the place of another file.
	 * @throws {ExplainedError} if something is in its place.
	 */
	constructor(place: string, {isFolder, mayReplace}: {readonly isFolder: boolean; readonly mayReplace: boolean}) {
		this.#place = place;
		this.#mayReplace = mayReplace;
		const found = this.#found();
		if (found !== undefined && isFolder !== found.isDirectory()) throw ofAnotherKind(place, found.isDirectory());
		this.draft = join(dirname(place), `.drydock-copy-${randomBytes(6).toString('hex')}`);
	}

	/** Where the folder whose place is `place` is until then; undefined if it isn't in this. */
	folder(place: string): string | undefined {
		return this.#folders.get(place)?.draft;
	}

	/** Makes a folder in it. It gets its mode last: one that may not be written to could not be filled. */
	makeFolder(place: string, draft: string, mode: number): void {
		told(place, () => mkdirSync(bytesOf(draft), 0o700));
		this.#folders.set(place, {draft, mode});
	}

	/** Puts it into its place. @throws {ExplainedError} if something has come there meanwhile. */
	land(): void {
		this.#found();
		for (const {draft, mode} of [...this.#folders.values()].reverse()) chmodSync(bytesOf(draft), mode);
		told(this.#place, () => renameSync(bytesOf(this.draft), bytesOf(this.#place)));
	}

	/** Half a copy is worse than none. */
	giveUp(): void {
		rmSync(bytesOf(this.draft), {recursive: true, force: true});
	}

	/** What is in its place. @throws {ExplainedError} if that has to stay. */
	#found(): ReturnType<typeof lstatSync> {
		const found = lstatSync(bytesOf(this.#place), {throwIfNoEntry: false});
		if (found !== undefined && !this.#mayReplace) throw thereAlready(this.#place);
		return found;
	}
}

function thereAlready(place: string): ExplainedError {
	return new ExplainedError({
		en: `${place} is there already: remove it, or choose another name`,
		zh: `${place} 已经存在：请先删除它，或换一个名字`,
	});
}

function ofAnotherKind(place: string, isFolder: boolean): ExplainedError {
	return new ExplainedError(
		isFolder
			? {en: `${place} is there and is a folder`, zh: `${place} 已经存在，而且是文件夹`}
			: {en: `${place} is there and is no folder`, zh: `${place} 已经存在，而且不是文件夹`},
	);
}
