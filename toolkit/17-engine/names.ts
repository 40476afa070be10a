/**
 * Names: a container answers to its id, to the beginning of it, and to a name that no other has.
 * @module
 */
import {randomBytes, randomInt} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {containerData, dataDirectory} from '#engine/directories';
import {type ContainerRecord, readRecord} from '#engine/record';
import {isErrno, tolerate} from '#kernel/error';

/** 64 hexadecimal digits, as docker has them. */
export function newId(): string {
	return randomBytes(32).toString('hex');
}

/** No container, or more than one, answers to what was asked for. */
export class NoSuchContainer extends Error {
	override readonly name = 'NoSuchContainer';
}

/** A name that somebody else has. */
export class NameInUse extends Error {
	override readonly name = 'NameInUse';
}

const wellFormed = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/**
 * Takes a name for a container. Two processes that want the same one at the same moment can't both get it.
 *
 * @param wanted the name, or undefined for one that is made up.
 * @throws {NameInUse}, or one line for a name that isn't one.
 */
export function claimName(id: string, wanted?: string): string {
	if (wanted === undefined) {
		for (let attempt = 0; ; attempt++) {
			const name = madeUpName() + (attempt < 5 ? '' : String(randomInt(1e6)));
			if (tryClaim(name, id)) return name;
		}
	}
	const name = wanted.replace(/^\//, '');
	if (!wellFormed.test(name)) {
		throw new Error(`invalid container name (${name}): two or more of [a-zA-Z0-9_.-], the first a letter or digit`);
	}
	if (tryClaim(name, id)) return name;
	const holder = holderOf(name)?.slice(0, 12) ?? 'another container';
	throw new NameInUse(
		`the container name "${name}" is already in use by ${holder}: remove or rename that container, or choose another name`,
	);
}

/** Gives a name back, if it is this container's. */
export function releaseName(id: string, name: string): void {
	if (name !== '' && holderOf(name) === id) rmSync(namePath(name), {force: true});
}

/**
 * The container that a name, an id or the beginning of an id stands for.
 *
 * @throws {NoSuchContainer} also if the beginning fits several.
 */
export function findContainer(reference: string): ContainerRecord {
	const bare = reference.replace(/^\//, '');
	const byName = wellFormed.test(bare) ? holderOf(bare) : undefined;
	const record = byName === undefined ? undefined : readRecord(byName);
	if (record !== undefined) return record;
	const ids = /^[0-9a-f]+$/.test(bare) ? containerIds().filter(id => id.startsWith(bare)) : [];
	if (ids.length > 1)
		throw new NoSuchContainer(`"${reference}" is the beginning of ${ids.length} ids: give more of it`);
	const found = ids[0] === undefined ? undefined : readRecord(ids[0]);
	if (found === undefined) throw new NoSuchContainer(`No such container: ${reference}`);
	return found;
}

/** All containers, newest first. */
export function listContainers(): readonly ContainerRecord[] {
	return containerIds()
		.map(readRecord)
		.filter(record => record !== undefined)
		.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** The ids of all containers that have a directory, also of half-made ones. */
export function containerIds(): readonly string[] {
	const names = tolerate(['ENOENT'], () => readdirSync(join(dataDirectory(), 'containers'))) ?? [];
	return names.filter(name => /^[0-9a-f]{64}$/.test(name));
}

function namePath(name: string): string {
	return join(dataDirectory(), 'names', name);
}

function holderOf(name: string): string | undefined {
	return tolerate(['ENOENT', 'ENOTDIR'], () => readFileSync(namePath(name), 'utf8'));
}

function tryClaim(name: string, id: string): boolean {
	mkdirSync(join(dataDirectory(), 'names'), {recursive: true, mode: 0o700});
	try {
		writeFileSync(namePath(name), id, {flag: 'wx', mode: 0o600});
		return true;
	} catch (error) {
		if (!isErrno(error, 'EEXIST')) throw error;
	}
	// A name outlives its container only if somebody was killed between the two: then it is free.
	const holder = holderOf(name);
	if (holder === undefined || tolerate(['ENOENT'], () => readdirSync(containerData(holder))) !== undefined)
		return false;
	rmSync(namePath(name), {force: true});
	return tryClaim(name, id);
}

const adjectives = [
	'anchored',
	'brisk',
	'calm',
	'drifting',
	'eager',
	'fair',
	'gentle',
	'hardy',
	'idle',
	'jolly',
	'keen',
	'laden',
	'moored',
	'nimble',
	'quiet',
	'rigged',
	'salty',
	'sturdy',
	'tidy',
	'wary',
];
const ships = [
	'barge',
	'brig',
	'canoe',
	'clipper',
	'cutter',
	'dhow',
	'dinghy',
	'ferry',
	'galley',
	'gig',
	'junk',
	'ketch',
	'lugger',
	'punt',
	'schooner',
	'skiff',
	'sloop',
	'tender',
	'trawler',
	'yawl',
];

function madeUpName(): string {
	return `${adjectives[randomInt(adjectives.length)]}_${ships[randomInt(ships.length)]}`;
}
