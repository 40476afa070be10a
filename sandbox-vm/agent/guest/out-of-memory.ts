/**
 * Out of memory: the kernel ends the process whose end frees the most. The agent must not be it, or a lesson about memory would
 * end the terminal that it is in.
 *
 * The surprise: the protection is inherited. It is laid down while a child is born.
 *
 * Source: proc_pid_oom_score_adj(5).
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile, writeKernelFile} from '#kernel/file';

const path = '/proc/self/oom_score_adj';
const neverMe = '-1000';
const usual = readKernelFile(path).trim();
let isProtected = false;

/** Takes this process out of the choice, where it may: that needs CAP_SYS_RESOURCE. */
export function protectFromOutOfMemory(): void {
	tolerate(['EACCES', 'EPERM'], () => {
		writeKernelFile(path, neverMe);
		isProtected = true;
	});
}

/** Runs what starts a child, which is then as likely to be ended as others. */
export function spareChildrenOurProtection<T>(start: () => T): T {
	if (!isProtected) return start();
	writeKernelFile(path, usual);
	try {
		return start();
	} finally {
		writeKernelFile(path, neverMe);
	}
}
