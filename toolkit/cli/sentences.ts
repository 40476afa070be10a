/**
 * One plain sentence for each system call that a container's start makes.
 * @module
 */

const sentences: Readonly<Record<string, string>> = {
	clone: 'A child process is started.',
	execve: 'The process becomes another program and keeps its number.',
	umount2: 'A mount is taken out of the table.',
	pivot_root: 'Another mount becomes the root of this mount table.',
	chroot: 'The process looks up paths from another directory.',
	chdir: 'The working directory changes.',
	mknodat: 'A device file is made: two numbers with a name.',
	openat: 'A file is opened, below an open directory.',
	openat2: 'A path is opened, and may not lead out of the root on its way.',
	mkdir: 'A directory is made; in a cgroup file system that is a cgroup.',
	rmdir: 'A directory is removed; in a cgroup file system that is a cgroup.',
	mkdirat: 'A directory is made.',
	lsetxattr: 'A note is attached to a file, here for overlayfs.',
	setsockopt: 'An option of a socket is set.',
	send: 'A message goes to the kernel.',
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

/** What each namespace gives that is one's own. */
const namespaces: Readonly<Record<string, string>> = {
	CLONE_NEWNS: 'a mount table',
	CLONE_NEWUTS: 'a host name',
	CLONE_NEWIPC: 'shared memory and queues',
	CLONE_NEWPID: 'process numbers, from the next child on',
	CLONE_NEWNET: 'a network stack',
	CLONE_NEWUSER: 'users',
	CLONE_NEWCGROUP: 'a view of the cgroup tree',
	CLONE_FS: 'a root and a working directory',
};

/** Calls that only look, open or carry a message: the calls that change something are easier to follow without them. */
const lookers: ReadonlySet<string> = new Set([
	...['openat', 'openat2', 'fstatfs', 'statfs', 'capget', 'socket', 'setsockopt', 'bind', 'send', 'sendto', 'recv'],
	...['fcntl', 'flock', 'close_range', 'lgetxattr', 'llistxattr', 'waitid', 'dup2', 'pidfd_open'],
]);

/** Whether a call only looks. @param text the call as it is told: `openat(3, "etc", …)`. */
export function onlyLooks(text: string): boolean {
	return lookers.has(nameOf(text)) || text.startsWith('prctl(PR_CAPBSET_READ') || text.startsWith('prctl(PR_GET');
}

/** What a call does, in one sentence, by the text of the call. */
export function sentenceFor(text: string): string {
	const name = nameOf(text);
	if (name === 'unshare' || name === 'setns') return namespaceSentence(text);
	if (name === 'mount') return mountSentence(text);
	if (name === 'prctl') return switches[/PR_\w+/.exec(text)?.[0] ?? ''] ?? sentences.prctl!;
	if (name.startsWith('RTM_')) return 'The kernel’s network is asked or changed, by netlink.';
	return sentences[name] ?? `See ${name}(2).`;
}

const switches: Readonly<Record<string, string>> = {
	PR_CAPBSET_DROP: 'A capability is given up for good, also by all programs started from here.',
	PR_CAP_AMBIENT: 'The capabilities that outlive an execve without root are chosen.',
	PR_SET_KEEPCAPS: 'Whether capabilities survive the change from root to another user is settled.',
	PR_SET_PDEATHSIG: 'The kernel will end this process when its parent ends.',
	PR_SET_NO_NEW_PRIVS: 'No program started from here gets more rights than it was started with.',
};

function nameOf(text: string): string {
	return /^\w+/.exec(text)?.[0] ?? '';
}

function namespaceSentence(text: string): string {
	const flags = text.match(/CLONE_\w+/g) ?? [];
	const things = flags.map(flag => namespaces[flag] ?? flag).join(', ');
	return text.startsWith('unshare')
		? `This thread gets ${things} of its own.`
		: `This thread goes over to another’s: ${things}.`;
}

/** mount(2) does four different things, depending on its flags. */
function mountSentence(text: string): string {
	if (text.includes('MS_REMOUNT')) return 'A mount’s options change.';
	if (/MS_(PRIVATE|SLAVE|SHARED|UNBINDABLE)/.test(text))
		return 'It is settled whether mounts here travel to other mount tables.';
	if (text.includes('MS_BIND')) return 'Files appear at a second place.';
	return 'A file system is mounted.';
}
