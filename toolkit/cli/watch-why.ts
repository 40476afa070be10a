/**
 * What `drydock watch` does about failures: each is examined while its process stands still, and the last one is kept.
 * @module
 */
import {keepFailure} from '#doctor/last-failure';
import {type Seen, Witness} from '#doctor/witness';
import type {FailedCall, TracedCall} from '#narrate/traced-call';

/** Examines failures as they happen, and has them ready when they are told. */
export interface FailureWatch {
	readonly onFailure: (call: FailedCall) => void;
	/** What was found out about a call that is told now; undefined if it didn't fail, or for an expected reason. */
	readonly foundFor: (call: TracedCall) => Seen | undefined;
}

/** @param tracerFilters how many seccomp filters the tracer puts into programs: those refuse nothing. */
export function watchFailures(tracerFilters: number): FailureWatch {
	const witness = new Witness(tracerFilters);
	const found = new Map<number, Seen>();
	return {
		onFailure: call => {
			const seen = witness.onFailure(call);
			if (seen !== undefined) found.set(call.pid, seen);
		},
		foundFor: call => {
			witness.onCall(call);
			const seen = found.get(call.pid);
			found.delete(call.pid);
			if (seen === undefined || call.errno !== seen.failure.errno) return undefined;
			// What was looked for in vain along PATH isn't told, so it isn't kept either.
			keepFailure('traced', seen.program, seen.failure, seen.examination);
			return seen;
		},
	};
}
