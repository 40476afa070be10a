/**
 * One plain sentence for each system call that a container's start makes.
 * @module
 */

const sentences: Readonly<Record<string, string>> = {
	unshare: 'This thread leaves namespaces that it shared, and gets new ones.',
	setns: 'This thread moves into a namespace that exists already.',
	clone: 'A child process is started.',
	execve: 'The process becomes another program and keeps its number.',
	mount: 'The mount table gets another entry, or an entry changes.',
	umount2: 'A mount is taken out of the table.',
	pivot_root: 'Another mount becomes the root of this mount table.',
	chroot: 'The process looks up paths from another directory.',
	chdir: 'The working directory changes.',
	mknodat: 'A device file is made: two numbers with a name.',
	openat: 'A file is opened, below an open directory.',
	openat2: 'A path is opened, and may not lead out of the root on its way.',
	mkdirat: 'A directory is made.',
	sethostname: 'This namespace gets its host name.',
	setdomainname: 'This namespace gets its NIS domain name.',
	write: 'A value is written to a file of the kernel’s.',
	prctl: 'A switch of this thread is set or asked for.',
	capset: 'The thread gives up capabilities, or takes those that it may have.',
	capget: 'The thread asks for its capabilities.',
	seccomp: 'From here on each system call is judged by a filter.',
	setresuid: 'The thread becomes another user.',
	setresgid: 'The thread becomes a member of another group.',
	setgroups: 'The list of further groups is set.',
	setsid: 'The process leads a session of its own.',
	ioctl: 'A device is asked for something, or told to do something.',
	fcntl: 'A property of a descriptor is set or asked for.',
	close_range: 'Descriptors are marked to be closed when another program starts.',
	signal: 'A signal gets its usual meaning again.',
	kill: 'A signal is sent.',
	pidfd_open: 'A process is held by a descriptor, which stays its own when the number is given away.',
	pidfd_getfd: 'A descriptor is copied out of another process.',
	pidfd_send_signal: 'A signal is sent to the process behind a descriptor.',
	prlimit64: 'A resource limit is set or asked for.',
	flock: 'A lock is taken, which the kernel takes back from whoever dies.',
	socket: 'A socket is made.',
	bind: 'A socket gets its address.',
	sendto: 'A message goes to the kernel.',
	recv: 'The kernel’s answer is read.',
	mount_setattr: 'Properties of a mount, and of those below it, change.',
	waitid: 'The process asks whether a child has ended.',
	waitpid: 'A child that has ended is asked how; its number is free then.',
	dup2: 'A descriptor gets a second number.',
	umask: 'Bits that new files shall not have are set.',
};

/** What a call does, in one sentence, by the text of the call. */
export function sentenceFor(callText: string): string {
	const name = /^\w+/.exec(callText)?.[0] ?? '';
	return (
		sentences[name] ??
		(name.startsWith('RTM_') ? 'The kernel’s network is asked or changed by netlink.' : `See ${name}(2).`)
	);
}
