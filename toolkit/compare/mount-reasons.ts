/**
 * Why two engines’ mounts differ.
 * @module
 */
import type {Difference} from '#compare/differences';
import type {Reason} from '#compare/reasons';

const bothAre =
	(pattern: RegExp) =>
	({ours, theirs}: Difference): boolean =>
		ours !== undefined && theirs !== undefined && pattern.test(ours) && pattern.test(theirs);

/** The first that fits is taken. */
export const mountReasons: readonly Reason[] = [
	{
		aspect: 'mount',
		name: /^\/$/,
		when: ({ours, theirs}) => ours?.startsWith('overlay') === true && theirs?.includes('slave') === true,
		en: 'Docker mounts the root on the host, where it is shared, and runc makes it a slave: an unmount on the host arrives inside. drydock mounts it in the container’s own table, where there is nobody to hear from.',
		zh: 'Docker 在宿主机上挂载根目录，那里的挂载是 shared，runc 再把它变成 slave：宿主机上的卸载会传进来。drydock 直接在容器自己的挂载表里挂载，没有上游可听。',
	},
	{
		aspect: 'mount',
		name: /^\/$/,
		when: ({ours}) => ours?.startsWith('tmpfs') === true,
		en: 'With users of its own a container may not use “/” as a branch of an overlay, so drydock puts the view of this machine together in memory, from one overlay for each directory.',
		zh: '容器有单独的用户时，overlay 不能以“/”为下层，所以 drydock 在内存里拼出本机的视图：每个目录各一个 overlay。',
	},
	{
		aspect: 'mount',
		name: /^\//,
		when: ({ours, theirs}) => ours?.startsWith('overlay') === true && theirs === undefined,
		en: 'It is a piece of drydock’s view of this machine, which needs an overlay for each disk or directory; the other engine was given one root.',
		zh: '这是 drydock 的本机视图中的一块，每个磁盘或目录都要单独一个 overlay；另一个引擎拿到的是一个完整的根目录。',
	},
	{
		aspect: 'mount',
		name: /^\/dev\/(null|zero|full|random|urandom|tty)$/,
		when: ({ours}) => ours?.startsWith('devtmpfs') === true,
		en: 'Root of a user namespace may not make devices, so drydock binds the host’s, one by one.',
		zh: '用户命名空间里的 root 不能创建设备，所以 drydock 把宿主机的设备逐个绑定挂载进来。',
	},
	{
		aspect: 'mount',
		name: /^\/sys\/fs\/cgroup$/,
		when: ({ours, theirs}) => / tmpfs|^tmpfs/.test(`${ours}`) && /,rw private|,rw slave/.test(`${theirs}`),
		en: 'The directory in which version 1’s trees are mounted: runc leaves it writable, drydock closes it once they are there. The trees themselves are read-only in both.',
		zh: '这是挂载 v1 各棵树的目录：runc 让它可写，drydock 挂载完就把它设为只读。各棵树本身在两边都是只读的。',
	},
	{
		aspect: 'mount',
		name: /^\/sys\/fs\/cgroup\/unified$/,
		when: ({theirs}) => theirs === undefined,
		en: 'Beside version 1’s trees drydock also shows this machine’s version 2 tree, as the host has it; runc shows version 1 only.',
		zh: '除了 v1 的各棵树，drydock 也像宿主机那样显示 v2 的树；runc 只显示 v1。',
	},
	{
		aspect: 'mount',
		name: /^\/(proc|sys)\//,
		when: bothAre(/^tmpfs .*\bro\b/),
		en: 'Both hide the directory behind an empty read-only file system; drydock bounds its size and forbids programs and devices in it as well.',
		zh: '两边都用空的只读文件系统把目录盖住；drydock 还限制了它的大小，并禁止其中的程序和设备。',
	},
	{
		aspect: 'mount',
		name: /^\/(proc|sys)\//,
		when: bothAre(/\(\/null\)/),
		en: 'Both lay /dev/null over the file: drydock the host’s, runc the one that it has just made in the container’s /dev.',
		zh: '两边都用 /dev/null 盖住文件：drydock 用宿主机的，runc 用它刚在容器的 /dev 里建的那个。',
	},
	{
		aspect: 'mount',
		name: /^\/proc\/interrupts$|thermal_throttle$/,
		when: ({theirs}) => theirs === undefined,
		en: 'It tells when the processor grows hot, and by that what others compute. Docker has hidden it since 2025; this one is older.',
		zh: '它会透露处理器何时发热，由此能推断别人在算什么。Docker 从 2025 年起把它遮住，这里的版本更旧。',
	},
	{
		aspect: 'mount',
		name: /^\/(usr\/)?s?bin\/docker-init$|^\/run\/podman-init$/,
		en: 'Its small init (--init) is a program of the host’s that it lays into the container; drydock’s init is there before the container’s files are.',
		zh: '它的小型 init（--init）是宿主机上的程序，被挂载进容器；drydock 的 init 在容器的文件出现之前就已经在运行。',
	},
	{
		aspect: 'mount',
		name: /^\/(proc|sys)\//,
		when: ({ours, theirs}) => ours !== undefined && theirs === undefined,
		en: 'drydock hides or closes this path, as newer versions of docker do; this engine’s list is shorter.',
		zh: 'drydock 把这个路径遮住或设为只读，较新的 docker 也这样做；这个引擎的清单短一些。',
	},
	{
		aspect: 'mount',
		name: /^\/(proc|sys)\//,
		when: ({ours, theirs}) => ours === undefined && theirs !== undefined,
		en: 'The other engine hides or closes this path; drydock’s list is docker’s, of which this one is no part here.',
		zh: '另一个引擎把这个路径遮住或设为只读；drydock 的清单与 docker 相同，这里没有它。',
	},
	{
		aspect: 'mount',
		name: /^\/(dev|sys)(\/|$)/,
		when: ({ours}) => /[ug]id=\d{4,}/.test(`${ours}`),
		en: 'The owner is the container’s root, told by its number on the host: the two don’t have the same users.',
		zh: '所有者是容器的 root，这里显示的是它在宿主机上的编号：两边的用户不同。',
	},
	{
		aspect: 'mount',
		name: /^\/dev\/console$/,
		en: 'The container’s terminal, bound to the place where programs look for a console; not every engine does it.',
		zh: '容器的终端绑定到程序查找控制台的位置；不是每个引擎都这样做。',
	},
	{
		aspect: 'mount',
		name: /^\/etc\/(hosts|hostname|resolv\.conf)$/,
		en: 'Each engine lays its own file over this one, and how closed it is, is a matter of taste.',
		zh: '每个引擎都用自己的文件盖住它，开放到什么程度各有取舍。',
	},
	{
		aspect: 'mount',
		name: /^\/(run|tmp|var\/tmp)$/,
		engine: 'podman',
		when: ({ours, theirs}) => ours === undefined && theirs?.startsWith('tmpfs') === true,
		en: 'With a read-only root podman leaves these places writable, in memory (--read-tmpfs); docker and drydock do only what was asked for.',
		zh: '根只读时，podman 仍让这几处可写，内容放在内存里（--read-tmpfs）；docker 和 drydock 只做所要求的。',
	},
	{
		aspect: 'mount',
		name: /^\/run(\/|$)/,
		engine: 'podman',
		en: 'Podman adds files that tell programs where they are (/run/.containerenv) and hold secrets.',
		zh: 'podman 添加了一些文件：告诉程序身在何处（/run/.containerenv），以及存放机密。',
	},
	{
		aspect: 'mount',
		name: /./,
		when: ({ours, theirs}) => ours?.startsWith('tmpfs') === true && theirs?.startsWith('tmpfs') === true,
		en: 'Both are the tmpfs that was asked for; what isn’t asked for (size, mode, access time, noexec) is each engine’s default.',
		zh: '两边都是所要求的 tmpfs；没有要求的部分（大小、权限、访问时间、noexec）用各引擎的默认值。',
	},
];
