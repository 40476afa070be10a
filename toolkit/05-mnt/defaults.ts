/**
 * The mounts that every container gets, unless its spec says otherwise: docker's list.
 *
 * Source: docker's default OCI spec; OCI runtime spec, config-linux.md, "Default Filesystems".
 * @module
 */
import type {Mount} from '#mnt/types';

/** What the list depends on. */
export interface DefaultMountOptions {
	/** docker's --privileged: /sys and the cgroups can be written. */
	readonly privileged?: boolean | undefined;
	/** Whether the container has a network namespace of its own that its user namespace owns. Default: true. */
	readonly ownNetwork?: boolean | undefined;
	/** Whether it has a user namespace. There, sysfs needs a network namespace of its own. Default: false. */
	readonly userNamespace?: boolean | undefined;
	/** Whether it is in the host's IPC namespace: then it has the host's shared memory too. Default: false. */
	readonly hostIpc?: boolean | undefined;
	/** The size of /dev/shm. Default: 64 MiB. */
	readonly shmBytes?: number | undefined;
}

const SIXTY_FOUR_MEBIBYTES = 64 * 1024 * 1024;

/** /proc, /dev with its terminals, shared memory and queues, /sys and the cgroups, in the order to mount them. */
export function defaultMounts(options: DefaultMountOptions = {}): readonly Mount[] {
	const {privileged = false, ownNetwork = true, userNamespace = false, hostIpc = false} = options;
	const {shmBytes = SIXTY_FOUR_MEBIBYTES} = options;
	const safe = ['nosuid', 'noexec', 'nodev'];
	const system = privileged ? safe : [...safe, 'ro'];
	return [
		{destination: '/proc', type: 'proc', source: 'proc', options: safe},
		{
			destination: '/dev',
			type: 'tmpfs',
			source: 'tmpfs',
			options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
		},
		{
			destination: '/dev/pts',
			type: 'devpts',
			source: 'devpts',
			options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
		},
		// sysfs shows the devices of a network namespace, so only the owner of one may mount it: else the host's is bound.
		userNamespace && !ownNetwork
			? {destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'rslave', ...safe, 'ro']}
			: {destination: '/sys', type: 'sysfs', source: 'sysfs', options: system},
		{destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: system},
		{destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: safe},
		// POSIX shared memory is files there: whoever shares the namespace without them would meet nobody.
		hostIpc
			? {destination: '/dev/shm', type: 'bind', source: '/dev/shm', options: ['rbind', 'rprivate']}
			: {destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...safe, 'mode=1777', `size=${shmBytes}`]},
	];
}
