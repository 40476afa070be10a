/**
 * The tracer's wait.
 * @module
 */
import {isErrno} from '#kernel/error';
import {type TraceStop, waitForTrace} from '#kernel/ptrace';

/** Waits until somebody stops or ends, a signal comes for this process, or there is nobody to wait for. */
export function nextStop(): TraceStop | 'interrupted' | 'nobody is left' {
	try {
		return waitForTrace();
	} catch (error) {
		if (isErrno(error, 'EINTR')) return 'interrupted';
		if (isErrno(error, 'ECHILD')) return 'nobody is left';
		throw error;
	}
}
