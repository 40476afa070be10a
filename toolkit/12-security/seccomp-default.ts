/**
 * Docker's default profile: what a container may ask the kernel for.
 *
 * A list of what is allowed, so that what is new is refused. It leaves out what has no namespace (the clock, the kernel's keys,
 * modules, swap), what makes namespaces (a new one brings all capabilities, and with them old bugs in reach), and whole
 * machines inside the kernel (bpf, io_uring). Some come back with the capability that the kernel asks for them anyway.
 *
 * Facts from moby/profiles, seccomp/default.json; see docker's "Seccomp security profiles".
 * @module
 */
import {constants, release} from 'node:os';
import type {CapabilityName} from '#kernel/capability';
import type {Seccomp, SeccompArg, SeccompSyscall} from '#security/profile';
import {kernelIsAtLeast} from '#security/profile-file';
import {type Architecture, nativeArchitecture} from '#security/syscalls';

const always = words(`
	accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown chown32 clock_adjtime
	clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 close
	close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait
	epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64
	fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync
	fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64
	futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat getcpu getcwd getdents getdents64 getegid
	getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid
	getpriority getrandom getresgid getresgid32 getresuid getresuid32 getrlimit get_robust_list getrusage getsid getsockname
	getsockopt get_thread_area gettid gettimeofday getuid getuid32 getxattr getxattrat inotify_add_watch inotify_init
	inotify_init1 inotify_rm_watch io_cancel ioctl io_destroy io_getevents io_pgetevents io_pgetevents_time64 ioprio_get
	ioprio_set io_setup io_submit ipc kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32
	lgetxattr link linkat listen listmount listxattr listxattrat llistxattr _llseek lremovexattr lseek lsetxattr lstat lstat64
	madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap
	mmap2 mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
	mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat
	_newselect open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll
	ppoll_time64 prctl pread64 preadv preadv2 prlimit64 process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read
	readahead readlink readlinkat readv recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat
	rename renameat renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
	rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_getaffinity sched_getattr
	sched_getparam sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval
	sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp select
	semctl semget semop semtimedop semtimedop_time64 send sendfile sendfile64 sendmmsg sendmsg sendto setfsgid setfsgid32 setfsuid
	setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid setregid32 setresgid setresgid32
	setresuid setresuid32 setreuid setreuid32 setrlimit set_robust_list setsid setsockopt set_thread_area set_tid_address setuid
	setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 sigprocmask sigreturn
	socketcall socketpair splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync sync_file_range syncfs sysinfo
	tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
	timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit
	umask uname unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice wait4 waitid waitpid write writev
`);

/** What the capability that the kernel asks for lets through the filter too. */
const byCapability: Readonly<Partial<Record<CapabilityName, readonly string[]>>> = {
	CAP_DAC_READ_SEARCH: words('open_by_handle_at'),
	CAP_SYS_ADMIN: words(`
		bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
		lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
		sethostname setns syslog umount umount2 unshare
	`),
	CAP_SYS_BOOT: words('reboot'),
	CAP_SYS_CHROOT: words('chroot'),
	CAP_SYS_MODULE: words('delete_module init_module finit_module'),
	CAP_SYS_PACCT: words('acct'),
	CAP_SYS_PTRACE: words('kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace'),
	CAP_SYS_RAWIO: words('iopl ioperm'),
	CAP_SYS_TIME: words('settimeofday stime clock_settime clock_settime64'),
	CAP_SYS_TTY_CONFIG: words('vhangup'),
	CAP_SYS_NICE: words('get_mempolicy mbind set_mempolicy set_mempolicy_home_node'),
	CAP_SYSLOG: words('syslog'),
	CAP_BPF: words('bpf'),
	CAP_PERFMON: words('perf_event_open'),
};

/** Before 4.8 a tracer could talk its tracee out of this very filter. */
const tracing = words('process_vm_readv process_vm_writev ptrace');
const TRACING_IS_SAFE_FROM = '4.8';

/**
 * Address families whose code is maintained, and whose sockets know namespaces. Not among them: DECnet, IrDA and others that
 * nobody looks after, AF_ALG (38), and AF_VSOCK (40), which reaches the machine's hypervisor from within any namespace.
 */
const FIRST_FAMILIES = 12;
const otherFamilies = [
	13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45,
];

/** Linux as it is, 32-bit addresses (8, PER_LINUX32), uname as 2.6 (0x20000), and the question what it is now. */
const personalities = [0, 8, 0x20000, 0x20008, 0xffff_ffff];

/** Every CLONE_NEW… flag but CLONE_NEWTIME, whose bit clone(2) uses for the signal. */
const CLONE_NEW_ANY = 0x7e02_0000;

const machines: Readonly<
	Partial<Record<Architecture, {readonly abis: readonly Architecture[]; readonly own: readonly string[]}>>
> = {
	SCMP_ARCH_X86_64: {abis: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'], own: words('arch_prctl modify_ldt')},
	SCMP_ARCH_AARCH64: {
		abis: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
		own: words('arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls'),
	},
};

/**
 * Docker's default profile for a container with these capabilities.
 *
 * @param bounding the container's bounding set: what its programs can ever have.
 * @param machine the machine's own ABI.
 * @param kernelRelease as `uname -r` says it.
 */
export function defaultSeccomp(
	bounding: readonly string[],
	machine: Architecture = nativeArchitecture(),
	kernelRelease: string = release(),
): Seccomp {
	const {abis, own} = machines[machine] ?? {abis: [machine], own: []};
	const granted = Object.entries(byCapability).flatMap(([name, calls]) => (bounding.includes(name) ? calls : []));
	const traced = kernelIsAtLeast(TRACING_IS_SAFE_FROM, kernelRelease) ? tracing : [];
	return {
		defaultAction: 'SCMP_ACT_ERRNO',
		defaultErrnoRet: constants.errno.EPERM,
		architectures: abis,
		syscalls: [
			allow([...always, ...own, ...granted, ...traced]),
			allow(['socket'], {index: 0, op: 'SCMP_CMP_LT', value: FIRST_FAMILIES}),
			...otherFamilies.map(value => allow(['socket'], {index: 0, op: 'SCMP_CMP_EQ', value})),
			...personalities.map(value => allow(['personality'], {index: 0, op: 'SCMP_CMP_EQ', value})),
			...(bounding.includes('CAP_SYS_ADMIN') ? [] : withoutNamespaces),
		],
	};
}

/** A new process may not come with new namespaces. clone3's flags lie in memory, where no filter can look: so there is no clone3. */
const withoutNamespaces: readonly SeccompSyscall[] = [
	allow(['clone'], {index: 0, op: 'SCMP_CMP_MASKED_EQ', value: CLONE_NEW_ANY, valueTwo: 0}),
	{names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: constants.errno.ENOSYS},
];

function allow(names: readonly string[], arg?: SeccompArg): SeccompSyscall {
	return {names, action: 'SCMP_ACT_ALLOW', ...(arg && {args: [arg]})};
}

function words(text: string): readonly string[] {
	return text.trim().split(/\s+/);
}
