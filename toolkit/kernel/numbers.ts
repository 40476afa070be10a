/**
 * System call numbers of the calls that libc has no wrapper for, or one that does more than the call.
 *
 * arm64 uses the generic table; x86-64 has its own. From number 424 on both agree.
 *
 * Source: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
 * @module
 */

const x64 = {
	capget: 125,
	capset: 126,
	pivot_root: 155,
	prctl: 157,
	setgroups: 116,
	setresuid: 117,
	setresgid: 119,
	gettid: 186,
	getdents64: 217,
	mq_open: 240,
	mq_unlink: 241,
	add_key: 248,
	keyctl: 250,
	unshare: 272,
	prlimit64: 302,
	seccomp: 317,
	bpf: 321,
} as const;

const arm64: Readonly<Record<keyof typeof x64, number>> = {
	capget: 90,
	capset: 91,
	pivot_root: 41,
	prctl: 167,
	setgroups: 159,
	setresuid: 147,
	setresgid: 149,
	gettid: 178,
	getdents64: 61,
	mq_open: 180,
	mq_unlink: 181,
	add_key: 217,
	keyctl: 219,
	unshare: 97,
	prlimit64: 261,
	seccomp: 277,
	bpf: 280,
};

const common = {
	pidfd_send_signal: 424,
	open_tree: 428,
	move_mount: 429,
	fsopen: 430,
	fsconfig: 431,
	fsmount: 432,
	pidfd_open: 434,
	openat2: 437,
	pidfd_getfd: 438,
	mount_setattr: 442,
} as const;

/** The numbers of the machine that this runs on. */
export const SYS: Readonly<Record<keyof typeof x64 | keyof typeof common, number>> = {
	...(process.arch === 'arm64' ? arm64 : x64),
	...common,
};
