/**
 * Why two engines differ: what is known, by what differs.
 *
 * Each reason was found by looking: at the other engine's default specification, at what its runtime does with it, and at
 * what it leaves to the kernel. What isn't here is told as unknown.
 *
 * Sources: docker's and podman's default OCI specifications; runc's libcontainer/rootfs_linux.go and specconv.
 * @module
 */
import type {Difference} from '#compare/differences';
import type {Aspect} from '#compare/fact';
import {mountReasons} from '#compare/mount-reasons';
import type {OtherEngine} from '#compare/twin';
import type {Localized} from '#words/language';

/** A reason, and which differences it explains. */
export interface Reason extends Localized {
	readonly aspect: Aspect;
	readonly name: RegExp;
	/** Default: every engine. */
	readonly engine?: OtherEngine;
	readonly when?: (difference: Difference) => boolean;
}

/** Why a difference is there; undefined if nobody has explained it yet. The first that fits is taken. */
export function reasonFor(difference: Difference, engine: OtherEngine): Localized | undefined {
	const found = reasons.find(
		({aspect, name, engine: only, when}) =>
			aspect === difference.aspect &&
			name.test(difference.name) &&
			(only === undefined || only === engine) &&
			(when === undefined || when(difference)),
	);
	return found === undefined ? undefined : {en: found.en, zh: found.zh};
}

const reasons: readonly Reason[] = [
	...mountReasons,
	{
		aspect: 'namespace',
		name: /^cgroup$/,
		when: ({theirs}) => theirs === 'host',
		en: 'On cgroup version 1 this engine leaves containers in the host’s cgroup namespace, for old programs’ sake; drydock gives each its own.',
		zh: '在 cgroup v1 上，这个引擎为了兼容旧程序，让容器留在宿主机的 cgroup 命名空间里；drydock 总是给容器单独的一个。',
	},
	{
		aspect: 'namespace',
		name: /^user$/,
		when: ({ours}) => ours === 'own',
		en: 'Docker gives users of their own to all containers or to none: that is an option of its daemon, --userns-remap.',
		zh: 'Docker 要么给所有容器单独的用户，要么都不给：这是守护进程的选项 --userns-remap。',
	},
	{
		aspect: 'user',
		name: /^(uid|gid|uidMap|gidMap)$/,
		en: 'It follows from the user namespace: the numbers are told as the host sees them.',
		zh: '这是由用户命名空间决定的：这里的编号都是宿主机看到的编号。',
	},
	{
		aspect: 'user',
		name: /^groups$/,
		when: ({theirs}) => theirs !== undefined && !theirs.includes(' '),
		en: 'Docker lists a user’s own group among the supplementary ones too. A file may give its group less than everybody else, and whoever could leave that group would gain (CVE-2022-36109).',
		zh: 'Docker 把用户的主组也列入附加组：文件给所属组的权限可能比给其他人的还少，能退出该组的人就会多得权限（CVE-2022-36109）。',
	},
	{
		aspect: 'device',
		name: /^\/dev\//,
		when: ({theirs, ours}) => ours === undefined || theirs === undefined,
		en: 'A privileged container gets the host’s devices, or those that were asked for; engines differ in which.',
		zh: '特权容器会得到宿主机的设备，或者用户要求的设备；给哪些，各引擎不同。',
	},
	{
		aspect: 'cgroup',
		name: /^trees$/,
		when: ({theirs}) => theirs?.split(' ').includes('v2') === true,
		en: 'Beside version 1’s trees this machine has a version 2 tree without controllers. runc enters it too; drydock leaves it, since entering takes 6 ms and limits nothing.',
		zh: '这台机器除了 v1 的各棵树，还有一棵没有控制器的 v2 树。runc 也加入它；drydock 不加入，因为这要花 6 毫秒，又限制不了什么。',
	},
	{
		aspect: 'cgroup',
		name: /^path$/,
		en: 'Each engine keeps its containers’ cgroups in a directory of its own.',
		zh: '每个引擎都把容器的控制组放在自己的目录里。',
	},
	{
		aspect: 'cgroup',
		name: /^devices\.list$/,
		engine: 'podman',
		when: ({ours, theirs}) => theirs?.includes('c 10:200 ') === true && ours?.includes('c 5:1 ') === true,
		en: 'runc lets every container open /dev/net/tun (10:200), for VPNs, though nobody asked; drydock doesn’t. It allows the console (5:1), as docker does.',
		zh: 'runc 允许所有容器打开 /dev/net/tun（10:200），供 VPN 使用，不管有没有人要；drydock 不这样做。它像 docker 一样允许控制台（5:1）。',
	},
	{
		aspect: 'cgroup',
		name: /^devices\.list$/,
		when: ({theirs}) => theirs?.includes('c 10:200 ') === true,
		en: 'runc lets every container open /dev/net/tun (10:200), for VPNs, though nobody asked; drydock doesn’t.',
		zh: 'runc 允许所有容器打开 /dev/net/tun（10:200），供 VPN 使用，不管有没有人要；drydock 不这样做。',
	},
	{
		aspect: 'cgroup',
		name: /^pids\.max$/,
		engine: 'podman',
		en: 'Podman allows a container 2048 processes unless told otherwise.',
		zh: '除非另行指定，podman 只允许一个容器有 2048 个进程。',
	},
	{
		aspect: 'cgroup',
		name: /^cpu\.shares$|^cpu\.weight$/,
		en: 'The other engine’s cgroup lies elsewhere in the tree, and its weight counts among other neighbours.',
		zh: '另一个引擎的控制组在树上的别处，它的权重是和别的邻居相比的。',
	},
	{
		aspect: 'capability',
		name: /./,
		engine: 'podman',
		en: 'Podman gives fewer by default: without AUDIT_WRITE, MKNOD and NET_RAW.',
		zh: 'podman 默认给得更少：没有 AUDIT_WRITE、MKNOD 和 NET_RAW。',
	},
	{
		aspect: 'rlimit',
		name: /^processes$/,
		engine: 'podman',
		en: 'Podman sets it to kernel.pid_max, the most that the machine can have at once; drydock leaves what it inherits from your shell.',
		zh: 'podman 把它设为 kernel.pid_max，即整台机器同时能有的进程数；drydock 保留从你的 shell 继承来的值。',
	},
	{
		aspect: 'rlimit',
		name: /./,
		en: 'Nobody asked for this limit, so it is inherited: drydock’s from your shell, the other’s from whoever started it, docker’s from its daemon.',
		zh: '没有人要求过这个限制，所以是继承来的：drydock 的来自你的 shell，另一个的来自启动它的进程（docker 的来自守护进程）。',
	},
	{
		aspect: 'protection',
		name: /^label$/,
		en: 'The other engine puts containers under an AppArmor or SELinux profile that it brings along.',
		zh: '另一个引擎用自带的 AppArmor 或 SELinux 策略限制容器。',
	},
	{
		aspect: 'process',
		name: /^arguments$/,
		en: 'The two programs have not come equally far: a shell runs some commands before it becomes the last one.',
		zh: '两边的程序进度不同：shell 会先运行几个命令，才变成最后那个程序。',
	},
	{
		aspect: 'process',
		name: /^isSessionLeader$/,
		en: 'An init begins the session, and the program below it belongs to it; without one, or with one that hands on the terminal, the program leads a session of its own.',
		zh: '有 init 时会话由 init 开启，下面的程序属于这个会话；没有 init，或者 init 会交出终端，程序就自己带领一个会话。',
	},
	{
		aspect: 'process',
		name: /^(ignoredSignals|oomScoreAdjust|umask)$/,
		en: 'Nobody asked for it, so it is inherited from whoever started the container.',
		zh: '没有人要求过，所以是从启动容器的进程那里继承来的。',
	},
	{
		aspect: 'environment',
		name: /^container$/,
		en: 'Podman tells programs by this variable that they are in a container.',
		zh: 'podman 用这个变量告诉程序：你在容器里。',
	},
	{
		aspect: 'environment',
		name: /^(TERM|HOME|HOSTNAME|PATH)$/,
		en: 'Engines add this variable by themselves, each with its own default.',
		zh: '这个变量由引擎自己添加，各有各的默认值。',
	},
	{
		aspect: 'descriptor',
		name: /^0$/,
		engine: 'runc',
		when: ({ours, theirs}) => ours === '/dev/null' && theirs === 'a pipe',
		en: 'Nobody types here: drydock gives /dev/null, as docker does; runc copies its own input into a pipe, though nothing comes.',
		zh: '这里没有人输入：drydock 像 docker 一样给出 /dev/null；runc 则通过管道转交自己的输入，虽然里面什么也没有。',
	},
	{
		aspect: 'descriptor',
		name: /^[012]$/,
		when: ({ours, theirs}) => [ours, theirs].every(value => value === undefined || /socket|pipe|null/.test(value)),
		en: 'Somebody reads what the container writes: drydock’s watcher, a Node, through a socket, as Node gives to children; engines in Go through pipes.',
		zh: '容器的输出总有人读：drydock 的看守进程是 Node，用的是套接字，Node 给子进程的就是它；Go 写的引擎用管道。',
	},
	{
		aspect: 'network',
		name: /^(link eth0|default route)$/,
		engine: 'runc',
		when: ({theirs}) => theirs === undefined,
		en: 'runc makes the network namespace and stops there: whoever calls it (docker, podman, a CNI plugin) lays the cable.',
		zh: 'runc 只创建网络命名空间：网线由调用它的一方（docker、podman、CNI 插件）来接。',
	},
	{
		aspect: 'network',
		name: /^(link eth0|default route)$/,
		engine: 'docker',
		when: ({theirs}) => theirs === undefined,
		en: 'The network is another container’s, which docker can’t join: it gave its own a network with loopback only.',
		zh: '这是另一个容器的网络，docker 无法加入：它给自己的容器的网络里只有回环接口。',
	},
	{
		aspect: 'network',
		name: /^link /,
		when: ({ours, theirs}) => withoutIpv6(ours) === withoutIpv6(theirs),
		en: 'Docker switches IPv6 off in containers whose network has none; drydock leaves it on, and the kernel gives each link an address.',
		zh: '网络没有 IPv6 时，Docker 会在容器里关掉 IPv6；drydock 不关，内核就给每个接口一个地址。',
	},
	{
		aspect: 'network',
		name: /^link /,
		when: ({ours, theirs}) => withoutMtu(ours) === withoutMtu(theirs),
		en: 'drydock takes the largest packet that the host’s way out carries, the other engine 1500 unless told.',
		zh: 'drydock 按宿主机出口能承载的最大包来设 MTU，另一个引擎不指定就是 1500。',
	},
	{
		aspect: 'network',
		name: /^link /,
		when: ({ours, theirs}) => withoutMtu(withoutIpv6(ours)) === withoutMtu(withoutIpv6(theirs)),
		en: 'drydock takes the largest packet that the host’s way out carries, docker 1500 unless told; docker also switches IPv6 off.',
		zh: 'drydock 按宿主机出口能承载的最大包来设 MTU，docker 不指定就是 1500；另外 docker 还关掉了 IPv6。',
	},
	{
		aspect: 'sysctl',
		name: /disable_ipv6$/,
		en: 'Docker switches IPv6 off in containers whose network has none; drydock leaves it on.',
		zh: '网络没有 IPv6 时，Docker 会在容器里关掉 IPv6；drydock 不关。',
	},
	{
		aspect: 'sysctl',
		name: /ping_group_range$/,
		engine: 'podman',
		en: 'Podman lets the container’s group 0 ping without CAP_NET_RAW, which it doesn’t give. drydock gives it by default, and leaves the kernel’s own: 1 0, no group.',
		zh: 'podman 不给 CAP_NET_RAW，因此允许容器里的 0 号组不凭它使用 ping。drydock 默认给出这项权能，并保留内核的默认值：1 0，即没有哪个组。',
	},
	{
		aspect: 'sysctl',
		name: /ip_unprivileged_port_start$|ping_group_range$/,
		en: 'Docker since 20.10 lets every user of a container open ports below 1024 and ping: the network stack is the container’s own. drydock leaves the kernel’s defaults.',
		zh: '从 20.10 起，Docker 允许容器里的任何用户使用 1024 以下的端口和 ping：反正网络栈是容器自己的。drydock 保留内核的默认值。',
	},
];

function withoutIpv6(value: string | undefined): string | undefined {
	return value?.replaceAll(/, IPv6( link-local)?/g, '');
}

function withoutMtu(value: string | undefined): string | undefined {
	return value?.replace(/, mtu \d+/, '');
}
