/**
 * The sentences in English, by what happens. Arguments are words of the kernel's or of the person's who typed the command.
 * @module
 */

/** What a namespace of one's own gives, by the flag that asks for it. */
const things: Readonly<Record<string, string>> = {
	CLONE_NEWNS: 'a mount table',
	CLONE_NEWUTS: 'a host name',
	CLONE_NEWIPC: 'shared memory and queues',
	CLONE_NEWPID: 'process numbers',
	CLONE_NEWNET: 'a network stack',
	CLONE_NEWUSER: 'users',
	CLONE_NEWCGROUP: 'a view of the cgroup tree',
	CLONE_NEWTIME: 'clocks',
	CLONE_FS: 'a root and a working directory',
	CLONE_FILES: 'a table of descriptors',
};

const propagations: Readonly<Record<string, string>> = {
	private: 'keep their changes to themselves and take none over',
	slave: 'take over changes from outside and pass none on',
	shared: 'pass their changes on to their copies and take over theirs',
	unbindable: 'keep their changes to themselves, take none over and can’t be bound elsewhere',
};

function list(words: readonly string[]): string {
	return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function named(flags: string): string {
	return list(flags.split('|').map(flag => things[flag] ?? flag));
}

export const english = {
	program: (command: string) => `The process becomes the program \`${command}\` and keeps its number.`,
	childProgram: (command: string, parent: string) => `A child of process ${parent} becomes the program \`${command}\`.`,
	noProgram: (path: string) => `There is no program to become at ${path}.`,
	noInterpreter: (path: string, interpreter: string) =>
		`${path} is there, but the program that has to run it is not${interpreter === '' ? '' : `: \`${interpreter}\``}.`,
	exit: (code: string) => `The process has ended, with exit code ${code}.`,
	killed: (signal: string) => `The process is no more: ${signal} ended it.`,
	clone: () => 'A child process is born.',
	cloneNamespaces: (flags: string) => `A child process is born, with ${named(flags)} of its own.`,
	unshare: (flags: string) => `The process gets ${named(flags)} of its own.`,
	unsharePid: (flags: string) =>
		flags === 'CLONE_NEWPID'
			? 'The process’s next child will be number 1 of a new PID namespace.'
			: `The process gets ${named(flags.replace(/\|?CLONE_NEWPID/, '').replace(/^\|/, ''))} of its own; its next child will be number 1 of a new PID namespace.`,
	setns: (kind: string, target: string) =>
		`The process goes over to another’s namespace${kind === '' ? '' : `: ${named(kind)}`}${target === '' ? '' : ` (${target})`}.`,
	mountNew: (type: string, target: string) => `A file system of the kind ${type} is mounted on ${target}.`,
	mountNewInside: (type: string, target: string, outside: string) =>
		`A file system of the kind ${type} is mounted on ${target}: seen from outside, ${outside}.`,
	mountBind: (source: string, target: string) =>
		`What is at ${source} appears at ${target}, too, and covers what was there.`,
	mountBindTree: (source: string, target: string) =>
		`What is at ${source}, with all that is mounted below, appears at ${target}, too, and covers what was there.`,
	mountBindSelf: (target: string) => `${target} is bound on itself: that makes a mount point of it.`,
	mountMove: (source: string, target: string) => `The mount at ${source} moves to ${target}.`,
	mountReadOnly: (target: string) => `The mount at ${target} can only be read from now on.`,
	mountOptions: (target: string) => `The options of the mount at ${target} change.`,
	fileSystemReadOnly: (target: string) =>
		`The file system mounted on ${target} can only be read from now on, wherever it is mounted.`,
	fileSystemOptions: (target: string) =>
		`The options of the file system mounted on ${target} change, wherever it is mounted.`,
	propagation: (kind: string, target: string) =>
		`From now on mounts on ${target} ${propagations[kind] ?? 'change how they pass changes on'}.`,
	propagationTree: (kind: string, target: string) =>
		`From now on mounts on ${target} and below ${propagations[kind] ?? 'change how they pass changes on'}.`,
	umount: (target: string) => `What is mounted on ${target} is taken away.`,
	umountLazy: (target: string) =>
		`What is mounted on ${target} is taken out of the tree; it goes when nobody uses it any more.`,
	pivotRoot: (newRoot: string, putOld: string) =>
		`The mount at ${newRoot} becomes the root of its mount table; the old root is mounted on ${putOld}.`,
	pivotRootHere: (path: string) =>
		`The mount at ${path} becomes the root of its mount table, and the old root lies on top of it.`,
	chroot: (path: string) =>
		`For this process, / is ${path} from now on. Its working directory and open files stay as they are.`,
	chrootFrom: (path: string, outside: string) =>
		`For this process, / is ${path} from now on: seen from outside, ${outside}. Its working directory stays where it is.`,
	chdir: (path: string) => `The working directory is ${path}.`,
	fsopen: (type: string) => `A file system of the kind ${type} is being prepared.`,
	fsconfig: (key: string, value: string) =>
		`The new file system gets an option: ${key}${value === '' ? '' : `=${value}`}.`,
	fsconfigCreate: () => 'The prepared file system is made.',
	fsconfigReconfigure: () => 'The options of the file system are changed.',
	fsmount: () => 'The file system becomes a mount, which hangs nowhere yet.',
	fspick: (path: string) => `The file system at ${path} is taken up, to change its options.`,
	openTree: (path: string) => `The mount at ${path} is held by a descriptor.`,
	openTreeClone: (path: string) => `The mount at ${path} is copied; the copy hangs nowhere yet.`,
	moveMount: (target: string) => `The mount is hung up at ${target}.`,
	moveMountHeld: () => 'The mount is hung up at a place that a descriptor holds.',
	mountSetattr: (what: string) => `Properties of a mount change: ${what}.`,
	sethostname: (name: string) => `In this UTS namespace the machine is called ${name} from now on.`,
	setdomainname: (name: string) => `The NIS domain of this UTS namespace is ${name} from now on.`,
	cgroupMade: (path: string) => `The cgroup ${path} is made: a directory is all it takes.`,
	cgroupRemoved: (path: string) => `The cgroup ${path} is removed.`,
	directoryMade: (path: string) => `The directory ${path} is made; in a cgroup file system that would be a cgroup.`,
	directoryRemoved: (path: string) => `The directory ${path} is removed.`,
	cgroupJoin: (pid: string, group: string) =>
		`${pid === '0' ? 'The process itself' : `Process ${pid}`} moves into the cgroup ${group}.`,
	cgroupLimit: (file: string, value: string, group: string) => `The cgroup ${group} gets ${file} = ${value}.`,
	cgroupControllers: (value: string, group: string) => `Below the cgroup ${group}, these controllers change: ${value}.`,
	cgroupKill: (group: string) => `All processes of the cgroup ${group} are killed.`,
	cgroupFreeze: (group: string) => `All processes of the cgroup ${group} are held still.`,
	cgroupThaw: (group: string) => `The processes of the cgroup ${group} go on.`,
	uidMap: (map: string) => `The user namespace learns its users (inside, outside, how many): ${map}.`,
	gidMap: (map: string) => `The user namespace learns its groups (inside, outside, how many): ${map}.`,
	setgroupsFile: (value: string) => `In this user namespace, setgroups(2) gets the answer: ${value}.`,
	memoryWritten: (pid: string, bytes: string) => `The memory of process ${pid} is overwritten: ${bytes}.`,
	sysctl: (name: string, value: string) => `The kernel’s switch ${name} is set to ${value}.`,
	write: (path: string, value: string) => `${value} is written to ${path}.`,
	linkMade: (name: string, kind: string) => `The network interface ${name} of the kind ${kind} is made.`,
	vethMade: (name: string, peer: string) =>
		`A cable is made: ${name} is one end${peer === '' ? '' : `, ${peer} the other`}.`,
	linkRemoved: (name: string) => `The network interface ${name} is removed.`,
	linksRemoved: (group: string) => `All network interfaces of the group ${group} are removed.`,
	linkUp: (name: string) => `The network interface ${name} is switched on.`,
	linkDown: (name: string) => `The network interface ${name} is switched off.`,
	linkMoved: (name: string, where: string) =>
		`The network interface ${name} moves to another network namespace (${where}).`,
	linkPlugged: (name: string, master: string) => `The network interface ${name} is plugged into ${master}.`,
	linkUnplugged: (name: string) => `The network interface ${name} is unplugged from its bridge.`,
	linkRenamed: (name: string, to: string) => `The network interface ${name} is called ${to} from now on.`,
	linkChanged: (name: string, what: string) => `The network interface ${name} changes: ${what}.`,
	addressAdded: (address: string, device: string) => `The network interface ${device} gets the address ${address}.`,
	addressRemoved: (address: string, device: string) => `The network interface ${device} loses the address ${address}.`,
	routeAdded: (to: string, way: string) => `A route is added: to ${to} ${way}.`,
	routeDefault: (way: string) => `The default route is added: everything else goes ${way}.`,
	routeRemoved: (to: string) => `The route to ${to} is removed.`,
	networkChanged: (request: string) => `The network of this namespace is changed by a message (${request}).`,
	networkAsked: (request: string) => `The kernel is asked about its network (${request}).`,
	nftTable: (table: string) => `The table ${table} of packet rules is made, if it isn’t there yet.`,
	nftChain: (table: string, chain: string) => `The chain ${chain} is added to the table ${table}.`,
	nftRule: (table: string, chain: string) => `A rule is added to the chain ${chain} of the table ${table}.`,
	nftSet: (table: string, set: string) => `The set ${set} of the table ${table} is made, if it is not there yet.`,
	nftSetUnnamed: (table: string) => `A set without a name is made in the table ${table}, for a rule that follows.`,
	nftElements: (table: string, set: string) => `The set ${set} of the table ${table} gets its elements.`,
	nftElementsUnnamed: (table: string) => `A set without a name in the table ${table} gets its elements.`,
	nftTableRemoved: (table: string) => `The table ${table} is removed, with all its rules.`,
	nftRuleRemoved: (table: string, chain: string) => `A rule is removed from the chain ${chain} of the table ${table}.`,
	nftRemoved: (table: string, what: string) =>
		`${what === '' ? 'Something' : what} is removed from the table ${table}.`,
	nftAsked: (table: string) => `The kernel is asked for its packet rules (${table}).`,
	capset: () => 'The process gives up capabilities, or takes those that it may have.',
	boundingDrop: (name: string) => `${name} is given up for good, also for all programs started from here.`,
	ambientRaise: (name: string) => `${name} will outlive the next execve, also without root.`,
	ambientLower: (name: string) => `${name} will not outlive the next execve.`,
	ambientClear: () => 'No capability outlives the next execve by itself.',
	keepCapabilities: (value: string) =>
		value === '0'
			? 'Capabilities go with the change from root to another user.'
			: 'Capabilities survive the change from root to another user, this once.',
	parentDeath: (signal: string) =>
		signal === '0' ? 'The process outlives its parent.' : 'The kernel will signal this process when its parent ends.',
	dumpable: () => 'It is settled whether other processes of the same user may look into this one.',
	secureBits: () => 'Root’s special rights in this process are settled.',
	subreaper: () => 'Orphans among the process’s descendants will become its own children.',
	noNewPrivileges: () => 'No program started from here gets more rights than it was started with.',
	seccomp: (instructions: string) =>
		`From here on each system call is judged by a filter${instructions === '' ? '' : ` of ${instructions} instructions`}.`,
	user: (id: string) => `The process becomes user ${id}.`,
	group: (id: string) => `The process becomes a member of group ${id}.`,
	groups: (ids: string) => `The process’s further groups are now: ${ids === '' ? 'none' : ids}.`,
	kill: (pid: string, signal: string) => `${signal} is sent to process ${pid}.`,
	killFirst: (signal: string) =>
		`${signal} is sent to process 1. From its own namespace, that one hears only signals that it handles.`,
	killGroup: (group: string, signal: string) => `${signal} is sent to the process group ${group}.`,
	killAll: (signal: string) => `${signal} is sent to all processes that may be reached.`,
	pidfdSignal: (signal: string) => `${signal} is sent to the process behind a descriptor.`,
	mknod: (path: string, kind: string) => `The device file ${path} is made: two numbers (${kind}) with a name.`,
	setsid: () => 'The process leads a session of its own, without a terminal.',
	limit: (name: string, value: string) => `The limit ${name} is set to ${value} (soft:hard).`,
	limitAsked: () => 'A resource limit is asked for.',
	bpfLoad: () => 'A small program is loaded into the kernel.',
	bpfAttach: () => 'A loaded program is put to work, in a cgroup for instance.',
	openedToWrite: (path: string) => `${path} is opened, to be written.`,
	opened: () => 'A path is opened.',
	asked: () => 'The kernel is asked for something; nothing changes.',
	socket: () => 'A socket is made, or gets its properties.',
	sent: () => 'A message goes to the kernel.',
	received: () => 'The kernel’s answer is read.',
	attribute: () => 'A note is attached to a file, here for overlayfs.',
	device: () => 'A device is asked for something, or told to do something.',
	descriptor: () => 'A property of a descriptor is set, or one is copied.',
	closeRange: () => 'Descriptors are marked to be closed when another program starts.',
	signalUsual: () => 'A signal gets its usual meaning again.',
	pidfd: () => 'A process is held by a descriptor, which stays its own when the number is given away.',
	descriptorFetched: () => 'A descriptor is copied out of another process.',
	lock: () => 'A lock is taken, which the kernel takes back from whoever dies.',
	wait: () => 'The process asks whether a child has ended.',
	umask: () => 'Bits that new files shall not have are set.',
	switch: () => 'A switch of this thread is set or asked for.',
	other: (name: string) => `See ${name}(2).`,
};

/** The name of something that happens. */
export type FactName = keyof typeof english;

/** The sentences of a language. */
export type Sentences = Readonly<Record<FactName, (...words: string[]) => string>>;
