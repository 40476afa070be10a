/**
 * What a tracer tells: one call that another process made, in the shape of the engine's own calls.
 *
 * Two are no calls, but what becomes of a process: `exit_group(3)`, which each process ends with, and `killed(SIGTERM)`.
 *
 * The call has its man page's name. Where a message or a file is the real request, it is told as the engine tells its own:
 * `RTM_NEWLINK` with the words of ip(8), `write` with the path and the text.
 * @module
 */
import type {ErrnoName} from '#kernel/errno';
import type {KernelCall} from '#kernel/trace';

/** One call of a traced process. Paths are strings, names of flags a `KernelName`, descriptors and ids numbers. */
export interface TracedCall extends KernelCall {
	/** The process (its thread group), as the tracer's /proc numbers it. */
	readonly pid: number;
	/** The program that it is, after an execve the one that it has become: `unshare`. */
	readonly program: string;
	/** The same process as the traced command itself numbers it: in a PID namespace that is another number. */
	readonly number: number;
	/** Its number in its own PID namespace, if that is another one than the traced command's. */
	readonly inside?: number | undefined;
	/** Who bore the process, by that numbering, with the first call that is told of it. */
	readonly parent?: number | undefined;
	/** What stands behind the descriptors among the arguments: `{3: '/proc/4711/ns/net'}`. */
	readonly files?: Readonly<Record<number, string>> | undefined;
	/** Of an execve that failed though the file is there: the program that should run it, and that isn't there; `` if unknown. */
	readonly interpreter?: string | undefined;
	/** Whether its arguments are as its registers have them: nobody has read what they mean. */
	readonly isRaw?: boolean | undefined;
	/** Whether it only looks, opens or waits. Such calls are told only to those who ask for all. */
	readonly looks?: boolean | undefined;
}

/** One call that the kernel refused. While it is told, its process stands still at the call's end: /proc/PID is its truth. */
export type FailedCall = TracedCall & {readonly errno: ErrnoName};

/** What isn't a call, but has to be said for the narration to be true. */
export type Notice =
	/** Started something that traces others itself: it is left alone, with all that it starts. */
	| {readonly notice: 'tracer let go'; readonly pid: number; readonly program: string}
	/** The same below a filter of ours: what it traces will miss calls. */
	| {readonly notice: 'tracer below a filter'; readonly pid: number; readonly program: string}
	/** A set-user-id program would lose its privilege under an unprivileged tracer: it is left alone. */
	| {readonly notice: 'privileged program let go'; readonly pid: number; readonly program: string}
	/** A program of another ABI (32-bit): its calls have other numbers, and are not told. */
	| {readonly notice: 'foreign program'; readonly pid: number; readonly program: string}
	/** The kernel lets it set no filter (without CAP_SYS_ADMIN), or it has one of its own: each call stops, which takes its time. */
	| {readonly notice: 'every call stops'; readonly pid: number; readonly program: string}
	/** The command has ended, and processes that it left behind need their tracer. */
	| {readonly notice: 'left behind'; readonly pid: number; readonly program: string; readonly count: number};

/** How the command that was traced has ended. */
export type TraceEnd =
	| {readonly exitCode: number}
	/** By a signal; 128 + number is what a shell makes of it. */
	| {readonly signal: number}
	/** It lives on: the tracer was asked to leave. */
	| {readonly detached: true};

/** What it took to look. */
export interface TraceCost {
	readonly stops: number;
	/** For how long somebody stood still, at most: if two do at once, both count. */
	readonly heldMilliseconds: number;
	/** From the first stop to the last. */
	readonly totalMilliseconds: number;
}

/** Who listens, and to what. Listeners are called while the process stands still: the shorter they take, the less it costs. */
export interface TraceListeners {
	readonly onCall: (call: TracedCall) => void;
	/**
	 * Called for a call that failed, before `onCall`. For an execve at once, though it is told only if the whole search along
	 * PATH fails.
	 */
	readonly onFailure?: ((call: FailedCall) => void) | undefined;
	readonly onNotice?: ((notice: Notice) => void) | undefined;
	/** Called when the traced process itself, a shell say, waits for its next line, if something was told since the last time. */
	readonly onIdle?: (() => void) | undefined;
	/** Called once, at the end. */
	readonly onCost?: ((cost: TraceCost) => void) | undefined;
}

/** How to trace. */
export interface TraceOptions extends TraceListeners {
	/** Tell also of calls that only look; each call then stops. */
	readonly all?: boolean | undefined;
	/**
	 * Attach to what runs below the process already, too. Never to those who read what is told, or they stand still while they
	 * are written to.
	 */
	readonly below?: boolean | undefined;
	/** Asked each second: when nobody listens any more, a process that ran before is let go. */
	readonly isHeard?: (() => boolean) | undefined;
	/** Set to false, no filter is put into programs: slower, but nested tracers work and nothing depends on this tracer. */
	readonly filter?: boolean | undefined;
}
