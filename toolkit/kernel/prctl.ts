/**
 * Switches of the calling thread.
 *
 * Source: prctl(2).
 * @module
 */
import {KernelName} from '#kernel/error';
import {syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';

export const PR_SET_PDEATHSIG = 1;
export const PR_SET_DUMPABLE = 4;
export const PR_SET_KEEPCAPS = 8;
export const PR_SET_NAME = 15;
export const PR_CAPBSET_READ = 23;
export const PR_CAPBSET_DROP = 24;
export const PR_SET_SECUREBITS = 28;
export const PR_SET_CHILD_SUBREAPER = 36;
export const PR_SET_NO_NEW_PRIVS = 38;
export const PR_GET_NO_NEW_PRIVS = 39;
export const PR_SET_THP_DISABLE = 41;
export const PR_CAP_AMBIENT = 47;

const PR_NAMES: Readonly<Record<number, string>> = {
	[PR_SET_PDEATHSIG]: 'PR_SET_PDEATHSIG',
	[PR_SET_DUMPABLE]: 'PR_SET_DUMPABLE',
	[PR_SET_KEEPCAPS]: 'PR_SET_KEEPCAPS',
	[PR_SET_NAME]: 'PR_SET_NAME',
	[PR_CAPBSET_READ]: 'PR_CAPBSET_READ',
	[PR_CAPBSET_DROP]: 'PR_CAPBSET_DROP',
	[PR_SET_SECUREBITS]: 'PR_SET_SECUREBITS',
	[PR_SET_CHILD_SUBREAPER]: 'PR_SET_CHILD_SUBREAPER',
	[PR_SET_NO_NEW_PRIVS]: 'PR_SET_NO_NEW_PRIVS',
	[PR_GET_NO_NEW_PRIVS]: 'PR_GET_NO_NEW_PRIVS',
	[PR_SET_THP_DISABLE]: 'PR_SET_THP_DISABLE',
	[PR_CAP_AMBIENT]: 'PR_CAP_AMBIENT',
};

/**
 * Sets or asks one switch. The unused arguments are passed as 0: some switches insist.
 *
 * @throws {KernelError} `EINVAL` for a switch or a value the kernel doesn't know, `EPERM`.
 */
export function prctl(option: number, value: number | string = 0, third = 0): number {
	return syscall('prctl', SYS.prctl, [option, value, third, 0, 0], {
		show: () => [new KernelName(PR_NAMES[option] ?? String(option)), value, third],
	});
}
