/**
 * Becoming another program, and signals to others.
 *
 * Source: execve(2), execveat(2), kill(2), pidfd_send_signal(2), setsid(2).
 * @module
 */
import {KernelName} from '#kernel/error';
import {signalName} from '#kernel/signal';
import {type Deed, directory, filesBehind, int, pointers, type RawCall, string, strings, uint} from '#narrate/raw-call';

const MOST_ARGUMENTS = 100;

export const processDeeds: Readonly<Record<string, Deed>> = {
	execve: {see: raw => ({call: 'execve', args: [string(raw, 0), strings(raw, 1, MOST_ARGUMENTS), variables(raw, 2)]})},
	execveat: {
		see: raw => {
			const at = directory(raw, 0);
			return {
				call: 'execveat',
				args: [at, string(raw, 1), strings(raw, 2, MOST_ARGUMENTS), variables(raw, 3)],
				...filesBehind(raw, at),
			};
		},
	},
	// Signal 0 only asks whether one could.
	kill: {
		see: raw => (uint(raw, 1) === 0 ? undefined : {call: 'kill', args: [int(raw, 0), signal(raw, 1)]}),
		when: [{index: 1, value: 0, op: 'SCMP_CMP_NE'}],
	},
	pidfd_send_signal: {
		see: raw => {
			const fd = int(raw, 0);
			return uint(raw, 1) === 0
				? undefined
				: {call: 'pidfd_send_signal', args: [fd, signal(raw, 1)], ...filesBehind(raw, fd)};
		},
		when: [{index: 1, value: 0, op: 'SCMP_CMP_NE'}],
	},
	setsid: {see: () => ({call: 'setsid', args: []})},
};

function signal(raw: RawCall, index: number): KernelName {
	return new KernelName(signalName(uint(raw, index)) ?? String(uint(raw, index)));
}

/** Their number is told, and not what they hold: that is the learner's own affair. */
function variables(raw: RawCall, index: number): KernelName {
	return new KernelName(`/* ${pointers(raw, index).length} variables */`);
}
