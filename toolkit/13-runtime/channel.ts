/**
 * What the starter and the `init` inside say to each other, over a socket that is init's descriptor 3.
 *
 *     drydock ── the container to become ──▶ init
 *             ◀── calls, steps, "created" ──
 *             ── "start" ──▶
 *             ◀── failed, or silence: the socket closes by itself when init becomes the program
 *
 * One JSON document a line. Init's side is synchronous: it must not leave its thread while it changes namespaces.
 * @module
 */
import {readSync, writeSync} from 'node:fs';
import {createInterface} from 'node:readline';
import type {Duplex} from 'node:stream';
import {formatCall, KernelError} from '#kernel/error';
import {StepError} from '#kernel/plan';
import type {KernelCall} from '#kernel/trace';

/** Init's end of the socket. */
export const channelDescriptor = 3;

/** What init tells. */
export type Report =
	/** A call to the kernel, told as text: its arguments may be anything. */
	| {readonly report: 'call'; readonly text: string; readonly result: number; readonly errno?: string | undefined}
	| {readonly report: 'step'; readonly module: string; readonly title: string; readonly why: string}
	/** The master of the container's terminal is open under this number: fetch it, then say "go on". */
	| {readonly report: 'terminal'; readonly fd: number}
	/** All is set up but the program. */
	| {readonly report: 'created'}
	| {readonly report: 'failed'; readonly failure: Failure};

/** Why a step failed, in words and in names that decide the exit code. */
export interface Failure {
	readonly message: string;
	readonly module?: string | undefined;
	readonly call?: string | undefined;
	readonly errno?: string | undefined;
}

/** A failure that init reported: this side's form of what was thrown on that side. */
export class InitError extends Error {
	override readonly name = 'InitError';
	readonly failure: Failure;
	constructor(failure: Failure) {
		super(failure.message);
		this.failure = failure;
	}
}

/** What to tell of an error. */
export function failureOf(error: unknown): Failure {
	const cause = error instanceof StepError ? error.cause : error;
	return {
		message: error instanceof Error ? error.message : String(error),
		module: error instanceof StepError ? error.step.module : undefined,
		call: cause instanceof KernelError ? cause.call : undefined,
		errno: cause instanceof KernelError ? cause.errno : undefined,
	};
}

/** Tells the starter something, from inside. */
export function tell(report: Report): void {
	const line = Buffer.from(`${JSON.stringify(report)}\n`);
	for (let sent = 0; sent < line.length; ) sent += writeSync(channelDescriptor, line, sent);
}

/** Tells the starter of a call to the kernel. */
export function tellCall({call, args, result, errno}: KernelCall): void {
	tell({report: 'call', text: formatCall(call, args), result, errno});
}

/**
 * Waits for the starter's next line, inside.
 *
 * @throws if the starter has gone: then nobody waits for this container.
 */
export function hear(): string {
	const chunks: Buffer[] = [];
	// The starter sends one line and waits for an answer, so nothing can follow the newline yet.
	for (;;) {
		const chunk = Buffer.alloc(65536);
		const length = readSync(channelDescriptor, chunk);
		if (length === 0) throw new Error('the starter has gone');
		chunks.push(chunk.subarray(0, length));
		if (chunk[length - 1] === NEWLINE) return Buffer.concat(chunks).toString().trimEnd();
	}
}

const NEWLINE = 10;

/** The starter's side: calls `onReport` for each report, `onEnd` when init has become the program, or has ended. */
export function listenTo(socket: Duplex, onReport: (report: Report) => void, onEnd: () => void): void {
	const lines = createInterface({input: socket, crlfDelay: Number.POSITIVE_INFINITY});
	lines.on('line', line => onReport(JSON.parse(line) as Report));
	lines.on('close', onEnd);
	// Init may end before it has read all (ECONNRESET): that is told by its end, not by this socket.
	socket.on('error', () => {});
	lines.on('error', () => {});
}
