/**
 * What is said in frames: JSON, and how to tell that it is what it should be. The agent believes its host; the host
 * believes nothing.
 * @module
 */
import type {SnapshotOptions} from '#observe';
import type {TerminalSize} from '#sandbox';
import type {Localized} from '#words/language';
import {WireError} from './frame-reader.ts';

/** Rises with every change that the other side would not understand. */
export const protocolVersion = 3;

/** The agent's first words, each time it starts. */
export interface Ready {
	readonly version: number;
}

/** The host's first words: all calls of other epochs are void. */
export interface Hello {
	readonly version: number;
	readonly epoch: number;
	/** The programs whose terminals this host comes back to, by their numbers. All others’ are hung up. */
	readonly keep?: readonly number[];
}

/** The answer to `Hello`. */
export interface Welcome extends Ready {
	readonly epoch: number;
}

/** A program to run. */
export interface Program {
	readonly command: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly workingDirectory: string;
}

/** What can be asked of the agent. */
export type Request =
	| {readonly ask: 'ping'}
	/** Channel 0 is the program's input, 1 and 2 its outputs. */
	| ({readonly ask: 'exec'} & Program)
	/** Channel 0 is what is typed, 1 what is printed. */
	| ({readonly ask: 'shell'; readonly size: TerminalSize} & Program)
	/** The same for a program that a host before this one has started. Channel 1 begins with what was printed last. */
	| {readonly ask: 'attach'; readonly pid: number; readonly size: TerminalSize}
	/** Channel 1 is the snapshot, as JSON. */
	| {readonly ask: 'observe'; readonly options: SnapshotOptions}
	/** Channel 0 is a parcel. If a folder is there, it goes into that one by its name, where it has one. */
	| {readonly ask: 'put'; readonly path: string; readonly name?: string}
	/** Channel 1 is a parcel. */
	| {readonly ask: 'get'; readonly path: string}
	/** The hosts of all other wires are gone: the machine was restored. */
	| {readonly ask: 'alone'}
	| {readonly ask: 'setClock'; readonly milliseconds: number}
	| {readonly ask: 'reseed'; readonly base64: string};

/** What a call may be told while it goes on. */
export type HostNote = {readonly tell: 'size'; readonly size: TerminalSize};

/** What a call may tell while it goes on. */
export interface AgentNote {
	readonly tell: 'started';
	readonly pid: number;
}

/** How a call went. */
export type Outcome = {readonly result: Readonly<Record<string, unknown>>} | {readonly error: Localized};

/** The result of `exec` and `shell`. */
export interface Ended {
	/** As a shell reports it: 128 + n for a signal. */
	readonly exitCode: number;
}

/** The most bytes of a request: a command line is not longer on Linux. */
export const mostRequestBytes = 4 * 2 ** 20;

export function encodeMessage(message: Ready | Hello | Welcome | Request | HostNote | AgentNote | Outcome): Buffer {
	return Buffer.from(JSON.stringify(message));
}

/** @throws {WireError} if it isn't JSON. */
export function decodeMessage(payload: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
	} catch (cause) {
		throw new WireError('a message is no JSON', {cause});
	}
}

/** @throws {WireError} */
export function asReady(message: unknown): Ready {
	const {version} = asRecord(message);
	if (typeof version === 'number') return {version};
	throw new WireError('the agent’s first word is none');
}

/** @throws {WireError} */
export function asWelcome(message: unknown): Welcome {
	const {epoch} = asRecord(message);
	if (typeof epoch === 'number') return {...asReady(message), epoch};
	throw new WireError('the agent’s welcome is none');
}

/** @throws {WireError} */
export function asAgentNote(message: unknown): AgentNote {
	const {tell, pid} = asRecord(message);
	if (tell === 'started' && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0) return {tell, pid};
	throw new WireError('a note that nobody understands');
}

/** @throws {WireError} */
export function asOutcome(message: unknown): Outcome {
	const {result, error} = asRecord(message);
	return error === undefined ? {result: asRecord(result)} : {error: asLocalized(error)};
}

function asLocalized(text: unknown): Localized {
	const {en, zh} = asRecord(text);
	if (typeof en === 'string' && typeof zh === 'string') return {en, zh};
	throw new WireError('a reason that nobody can read');
}

/** @throws {WireError} */
export function asEnded(result: unknown): Ended {
	const {exitCode} = asRecord(result);
	if (typeof exitCode === 'number' && Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 256) return {exitCode};
	throw new WireError('an exit code that is none');
}

function asRecord(message: unknown): Readonly<Record<string, unknown>> {
	if (typeof message === 'object' && message !== null && !Array.isArray(message)) {
		return message as Readonly<Record<string, unknown>>;
	}
	throw new WireError('a message is no object');
}
