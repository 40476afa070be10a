/**
 * Small pages for QEMU. It asks for huge ones, to keep what it has translated for an emulated CPU; a machine that lives for
 * minutes fills few of them, and the kernel clears each whole, 2 MB, before its first byte is used. Where this host is itself
 * a machine, that is a tenth of a restore.
 *
 * The surprise: the choice belongs to the parent. It is inherited by fork and kept by execve, so it is made here for a moment.
 *
 * Source: prctl(2) on PR_SET_THP_DISABLE.
 * @module
 */
import {tolerate} from '#kernel/error';
import {PR_SET_THP_DISABLE, prctl} from '#kernel/prctl';

/** Runs what starts a program, which then has small pages for good. A kernel without huge ones is content. */
export function withSmallPages<T>(start: () => T): T {
	tolerate(['EINVAL'], () => prctl(PR_SET_THP_DISABLE, 1));
	try {
		return start();
	} finally {
		tolerate(['EINVAL'], () => prctl(PR_SET_THP_DISABLE, 0));
	}
}
