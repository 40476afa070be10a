/**
 * Seats: several programs may be at one machine, each with a conversation with QEMU and a wire to the agent of its own.
 *
 *     drydock vm shell      seat 0      qmp0 ─▶ QEMU      agent0 ─▶ agent
 *     drydock vm exec …     seat 1      qmp1 ─▶           agent1 ─▶
 *
 * What takes more than one command of QEMU's, such as saving the machine's state, is done by one of them at a time: in turn.
 * @module
 */
import {closeSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {tolerate} from '#kernel/error';
import {tryLockFile} from '#kernel/flock';

/** How many programs find room: QEMU is started with so many sockets of each kind. */
export const seatCount = 4;

/** A seat that is taken. */
export interface Seat {
	/** From 0. */
	readonly number: number;
	/** Leaves it to another program; content to be called twice. */
	readonly release: () => void;
}

/** Takes the first free seat at the machine in `directory`. @throws {Error} if none becomes free in time. */
export async function takeSeat(directory: string, milliseconds = patienceMilliseconds): Promise<Seat> {
	const complaint = `${seatCount} programs are at this machine: wait for one of them, or end it`;
	const {number, lock} = await patiently(() => firstFree(directory), complaint, milliseconds);
	return {number, release: onceOnly(lock)};
}

/** Whether another program is at the machine in `directory` than the one on seat `own`. */
export function hasCompany(directory: string, own: number): boolean {
	return seats.some(number => number !== own && isSomebodysTurn(seatLock(directory, number)));
}

/** Does what only one program may do at a time that holds this lock. @throws {Error} if it doesn't get it in time. */
export async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
	const lock = await patiently(
		() => tryLockFile(path),
		'another program is at work on this machine: wait for it, or end it',
	);
	try {
		return await work();
	} finally {
		closeSync(lock);
	}
}

/** Whether some program holds it now. */
export function isSomebodysTurn(path: string): boolean {
	const lock = tolerate(['ENOENT'], () => tryLockFile(path) ?? 'taken');
	if (typeof lock === 'number') closeSync(lock);
	return lock === 'taken';
}

/** Held by who saves the machine in `directory`, or plugs something in. */
export function turnLock(directory: string): string {
	return join(directory, 'turn.lock');
}

/** How long another program may take. */
const patienceMilliseconds = 10_000;

const seats = Array.from({length: seatCount}, (_, number) => number);

function firstFree(directory: string): {readonly number: number; readonly lock: number} | undefined {
	for (const number of seats) {
		const lock = tryLockFile(seatLock(directory, number));
		if (lock !== undefined) return {number, lock};
	}
	return undefined;
}

function seatLock(directory: string, number: number): string {
	return join(directory, `seat${number}.lock`);
}

async function patiently<T>(
	attempt: () => T | undefined,
	complaint: string,
	milliseconds = patienceMilliseconds,
): Promise<T> {
	for (const deadline = performance.now() + milliseconds; ; await sleep(20)) {
		const result = attempt();
		if (result !== undefined) return result;
		if (performance.now() >= deadline) throw new Error(complaint);
	}
}

function onceOnly(lock: number): () => void {
	let isReleased = false;
	return () => {
		if (!isReleased) closeSync(lock);
		isReleased = true;
	};
}
