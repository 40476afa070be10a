/**
 * Reaping: a process that has ended stays as a zombie until its parent asks how. Orphans are handed to PID 1 (or to the
 * nearest subreaper), which did not start them and must ask all the same.
 *
 * Source: waitid(2), prctl(2) PR_SET_CHILD_SUBREAPER.
 * @module
 */
import {KernelName, tolerate} from '#kernel/error';
import {call} from '#kernel/libc';

const P_ALL = 0;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x1000000;
/** A siginfo_t: on 64-bit machines the child’s number stands at byte 16. */
const SIGINFO_BYTES = 128;
const SI_PID = 16;

/**
 * Reaps every zombie child but those in `except`: Node waits for the children that it started itself.
 *
 * @returns the numbers of the reaped.
 */
export function reapOrphans(except: ReadonlySet<number>): readonly number[] {
	const reaped: number[] = [];
	for (;;) {
		const zombie = peekZombie();
		// One of Node's own hides those behind it: they are found at the next SIGCHLD.
		if (zombie === undefined || except.has(zombie)) return reaped;
		const status = new Uint8Array(4);
		tolerate(['ECHILD'], () =>
			call('waitpid', [zombie, status, WNOHANG], {show: () => [zombie, null, new KernelName('WNOHANG')]}),
		);
		reaped.push(zombie);
	}
}

/** The number of a zombie child that nobody has asked for, leaving it as it is. */
function peekZombie(): number | undefined {
	const info = Buffer.alloc(SIGINFO_BYTES);
	const answer = tolerate(['ECHILD'], () =>
		call('waitid', [P_ALL, 0, info, WNOHANG | WEXITED | WNOWAIT], {
			show: () => [new KernelName('P_ALL'), 0, null, new KernelName('WNOHANG|WEXITED|WNOWAIT')],
		}),
	);
	const pid = answer === undefined ? 0 : info.readInt32LE(SI_PID);
	return pid === 0 ? undefined : pid;
}
