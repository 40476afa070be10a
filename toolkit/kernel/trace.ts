/**
 * Tells whoever listens which calls were made. The modules know nothing of it.
 *
 *     call() ──publish──▶ 'drydock:call' ──▶ --explain, lessons, tests, the errno doctor
 *
 * @module
 */
import {channel} from 'node:diagnostics_channel';
import type {ErrnoName} from '#kernel/errno';

/** One call to the kernel, as it happened. */
export interface KernelCall {
	/** The call's name in its man page. */
	readonly call: string;
	/** The arguments as a reader should see them. */
	readonly args: readonly unknown[];
	readonly result: number;
	/** Set if the call failed. */
	readonly errno?: ErrnoName | undefined;
}

const calls = channel('drydock:call');

/** Whether anybody listens: composing a message for nobody would cost each call a few microseconds. */
export function callsAreWatched(): boolean {
	return calls.hasSubscribers;
}

/** Publishes one call. */
export function publishCall(made: KernelCall): void {
	calls.publish(made);
}

/** Calls `listener` after every call to the kernel. Returns the function that ends this. */
export function watchCalls(listener: (made: KernelCall) => void): () => void {
	const onMessage = (message: unknown): void => listener(message as KernelCall);
	calls.subscribe(onMessage);
	return () => calls.unsubscribe(onMessage);
}
