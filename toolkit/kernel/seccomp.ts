/**
 * Handing the kernel a program that judges each system call of the calling thread, and of all that it starts.
 *
 * The program is classic BPF, 8 bytes an instruction. A filter can't be taken away again; a later one can only refuse more.
 *
 * Sources: seccomp(2), prctl(2), include/uapi/linux/{seccomp,filter}.h.
 * @module
 */
import {flagNames, KernelName} from '#kernel/error';
import {addressOf, syscall} from '#kernel/libc';
import {SYS} from '#kernel/numbers';
import {PR_SET_NO_NEW_PRIVS, prctl} from '#kernel/prctl';

export const SECCOMP_FILTER_FLAG_TSYNC = 1;
export const SECCOMP_FILTER_FLAG_LOG = 2;
export const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
export const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

/** The most instructions that the kernel takes in one program (BPF_MAXINSNS). */
export const BPF_MAXINSNS = 4096;

const SECCOMP_SET_MODE_FILTER = 1;
const FLAG_NAMES = {
	SECCOMP_FILTER_FLAG_TSYNC,
	SECCOMP_FILTER_FLAG_LOG,
	SECCOMP_FILTER_FLAG_SPEC_ALLOW,
	SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
};

/**
 * Puts the calling thread under a filter, for good.
 *
 * @param program instructions of 8 bytes.
 * @throws {KernelError} `EACCES` without both CAP_SYS_ADMIN and no_new_privs; `EINVAL` for a program that the kernel's checker
 *   refuses, a flag it doesn't know, or a kernel without seccomp filters.
 */
export function installFilter(program: Uint8Array, flags = 0): void {
	// struct sock_fprog: a 16-bit count, then the pointer at its natural place.
	const fprog = new DataView(new ArrayBuffer(16));
	fprog.setUint16(0, program.length / 8, true);
	fprog.setBigUint64(8, addressOf(program), true);
	syscall('seccomp', SYS.seccomp, [SECCOMP_SET_MODE_FILTER, flags, new Uint8Array(fprog.buffer)], {
		show: () => [
			new KernelName('SECCOMP_SET_MODE_FILTER'),
			flagNames(flags, FLAG_NAMES),
			new KernelName(`<${program.length / 8} instructions>`),
		],
	});
}

/** Gives up, for the calling thread and all it starts, that execve(2) ever adds privileges: set-user-id bits do nothing. */
export function setNoNewPrivs(): void {
	prctl(PR_SET_NO_NEW_PRIVS, 1);
}
