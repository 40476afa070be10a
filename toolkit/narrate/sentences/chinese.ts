/**
 * The sentences in Chinese: see english.ts.
 * @module
 */
import type {Sentences} from './english.ts';

const things: Readonly<Record<string, string>> = {
	CLONE_NEWNS: '挂载表',
	CLONE_NEWUTS: '主机名',
	CLONE_NEWIPC: '共享内存和消息队列',
	CLONE_NEWPID: '进程号',
	CLONE_NEWNET: '网络栈',
	CLONE_NEWUSER: '用户',
	CLONE_NEWCGROUP: 'cgroup 视图',
	CLONE_NEWTIME: '时钟',
	CLONE_FS: '根目录和工作目录',
	CLONE_FILES: '文件描述符表',
};

const propagations: Readonly<Record<string, string>> = {
	private: '改动不外传，也不接收外面的改动',
	slave: '接收外面的改动，自己的改动不外传',
	shared: '改动会传给各个副本，也接收它们的改动',
	unbindable: '改动不外传，也不能绑定到别处',
};

function named(flags: string): string {
	return flags
		.split('|')
		.map(flag => things[flag] ?? flag)
		.join('、');
}

export const chinese: Sentences = {
	program: command => `进程变成程序 \`${command}\`，进程号不变。`,
	childProgram: (command, parent) => `进程 ${parent} 的子进程变成程序 \`${command}\`。`,
	noProgram: path => `${path} 处没有可以执行的程序。`,
	noInterpreter: (path, interpreter) =>
		`${path} 是有的，但运行它所需的程序不存在${interpreter === '' ? '' : `：\`${interpreter}\``}。`,
	exit: code => `进程结束，退出码 ${code}。`,
	killed: signal => `进程被 ${signal} 终止。`,
	clone: () => '产生一个子进程。',
	cloneNamespaces: flags => `产生一个子进程，它有自己的${named(flags)}。`,
	unshare: flags => `进程得到自己的${named(flags)}。`,
	unsharePid: flags =>
		flags === 'CLONE_NEWPID'
			? '进程的下一个子进程将是新 PID 命名空间的 1 号。'
			: `进程得到自己的${named(flags.replace(/\|?CLONE_NEWPID/, '').replace(/^\|/, ''))}；它的下一个子进程将是新 PID 命名空间的 1 号。`,
	setns: (kind, target) =>
		`进程转入另一个命名空间${kind === '' ? '' : `：${named(kind)}`}${target === '' ? '' : `（${target}）`}。`,
	mountNew: (type, target) => `在 ${target} 上挂载一个 ${type} 文件系统。`,
	mountNewInside: (type, target, outside) => `在 ${target}（从外面看是 ${outside}）上挂载一个 ${type} 文件系统。`,
	mountBind: (source, target) => `${source} 的内容也出现在 ${target}，盖住那里原有的内容。`,
	mountBindTree: (source, target) => `${source} 的内容连同其下的所有挂载，也出现在 ${target}，盖住那里原有的内容。`,
	mountBindSelf: target => `${target} 绑定到它自己，由此成为挂载点。`,
	mountMove: (source, target) => `${source} 上的挂载移到 ${target}。`,
	mountReadOnly: target => `${target} 上的挂载从此只读。`,
	mountOptions: target => `${target} 上挂载的选项改变。`,
	fileSystemReadOnly: target => `挂载在 ${target} 上的文件系统从此只读，不论它还挂载在哪里。`,
	fileSystemOptions: target => `挂载在 ${target} 上的文件系统的选项改变，不论它还挂载在哪里。`,
	propagation: (kind, target) => `从此 ${target} 上的挂载：${propagations[kind] ?? '传播方式改变'}。`,
	propagationTree: (kind, target) => `从此 ${target} 及其下的所有挂载：${propagations[kind] ?? '传播方式改变'}。`,
	umount: target => `卸载 ${target} 上的文件系统。`,
	umountLazy: target => `${target} 上的挂载先从树中摘下，等到没有人使用时才消失。`,
	pivotRoot: (newRoot, putOld) => `${newRoot} 上的挂载成为这张挂载表的根，旧的根挂载到 ${putOld}。`,
	pivotRootHere: path => `${path} 上的挂载成为这张挂载表的根，旧的根盖在它上面。`,
	chroot: path => `对这个进程来说，/ 从此是 ${path}；工作目录和已打开的文件不变。`,
	chrootFrom: (path, outside) => `对这个进程来说，/ 从此是 ${path}（从外面看是 ${outside}）；工作目录不变。`,
	chdir: path => `工作目录变为 ${path}。`,
	fsopen: type => `开始准备一个 ${type} 文件系统。`,
	fsconfig: (key, value) => `给新文件系统设置选项：${key}${value === '' ? '' : `=${value}`}。`,
	fsconfigCreate: () => '创建准备好的文件系统。',
	fsconfigReconfigure: () => '改变文件系统的选项。',
	fsmount: () => '文件系统成为一个挂载，暂时还没有挂到任何地方。',
	fspick: path => `取得 ${path} 上的文件系统，以便修改它的选项。`,
	openTree: path => `用一个描述符指住 ${path} 上的挂载。`,
	openTreeClone: path => `复制 ${path} 上的挂载，副本暂时还没有挂到任何地方。`,
	moveMount: target => `把挂载挂到 ${target}。`,
	moveMountHeld: () => '把挂载挂到一个由描述符指着的位置。',
	mountSetattr: what => `改变挂载的属性：${what}。`,
	sethostname: name => `在这个 UTS 命名空间里，主机名从此是 ${name}。`,
	setdomainname: name => `这个 UTS 命名空间的 NIS 域名从此是 ${name}。`,
	cgroupMade: path => `创建 cgroup ${path}：建一个目录就够了。`,
	cgroupRemoved: path => `删除 cgroup ${path}。`,
	directoryMade: path => `创建目录 ${path}；在 cgroup 文件系统里，这就是一个 cgroup。`,
	directoryRemoved: path => `删除目录 ${path}。`,
	cgroupJoin: (pid, group) => `${pid === '0' ? '进程自己' : `进程 ${pid} `}移入 cgroup ${group}。`,
	cgroupLimit: (file, value, group) => `cgroup ${group} 的 ${file} 设为 ${value}。`,
	cgroupControllers: (value, group) => `cgroup ${group} 之下的控制器改变：${value}。`,
	cgroupKill: group => `杀死 cgroup ${group} 里的所有进程。`,
	cgroupFreeze: group => `冻结 cgroup ${group} 里的所有进程。`,
	cgroupThaw: group => `cgroup ${group} 里的进程继续运行。`,
	uidMap: map => `设置用户命名空间的用户映射（里面、外面、个数）：${map}。`,
	gidMap: map => `设置用户命名空间的组映射（里面、外面、个数）：${map}。`,
	setgroupsFile: value => `在这个用户命名空间里，对 setgroups(2) 的回答是：${value}。`,
	memoryWritten: (pid, bytes) => `改写进程 ${pid} 的内存：${bytes}。`,
	sysctl: (name, value) => `内核参数 ${name} 设为 ${value}。`,
	write: (path, value) => `向 ${path} 写入 ${value}。`,
	linkMade: (name, kind) => `创建 ${kind} 类型的网络接口 ${name}。`,
	vethMade: (name, peer) => `做出一根网线：一端是 ${name}${peer === '' ? '' : `，另一端是 ${peer}`}。`,
	linkRemoved: name => `删除网络接口 ${name}。`,
	linksRemoved: group => `删除第 ${group} 组的全部网络接口。`,
	linkUp: name => `启用网络接口 ${name}。`,
	linkDown: name => `停用网络接口 ${name}。`,
	linkMoved: (name, where) => `网络接口 ${name} 移到另一个网络命名空间（${where}）。`,
	linkPlugged: (name, master) => `网络接口 ${name} 接到 ${master} 上。`,
	linkUnplugged: name => `网络接口 ${name} 从网桥上拔下。`,
	linkRenamed: (name, to) => `网络接口 ${name} 改名为 ${to}。`,
	linkChanged: (name, what) => `网络接口 ${name} 改变：${what}。`,
	addressAdded: (address, device) => `网络接口 ${device} 得到地址 ${address}。`,
	addressRemoved: (address, device) => `网络接口 ${device} 失去地址 ${address}。`,
	routeAdded: (to, way) => `添加路由：到 ${to}，${wayText(way)}。`,
	routeDefault: way => `添加默认路由：其余的都${wayText(way)}。`,
	routeRemoved: to => `删除到 ${to} 的路由。`,
	networkChanged: request => `用一条消息改变这个命名空间的网络（${request}）。`,
	networkAsked: request => `向内核询问网络的情况（${request}）。`,
	nftTable: table => `创建包过滤规则表 ${table}（如果还没有）。`,
	nftChain: (table, chain) => `向表 ${table} 添加链 ${chain}。`,
	nftRule: (table, chain) => `向表 ${table} 的链 ${chain} 添加一条规则。`,
	nftSet: (table, set) => `在表 ${table} 中创建集合 ${set}（如果还没有）。`,
	nftSetUnnamed: table => `在表 ${table} 中创建一个无名集合，供后面的规则使用。`,
	nftElements: (table, set) => `向表 ${table} 的集合 ${set} 添加元素。`,
	nftElementsUnnamed: table => `向表 ${table} 的一个无名集合添加元素。`,
	nftTableRemoved: table => `删除表 ${table} 及其全部规则。`,
	nftRuleRemoved: (table, chain) => `从表 ${table} 的链 ${chain} 删除一条规则。`,
	nftRemoved: (table, what) => `从表 ${table} 删除${what === '' ? '一项内容' : ` ${what}`}。`,
	nftAsked: table => `向内核询问包过滤规则（${table}）。`,
	capset: () => '进程放弃一些权能，或者启用它可以有的权能。',
	boundingDrop: name => `永远放弃 ${name}，从这里启动的程序也不会再有。`,
	ambientRaise: name => `${name} 在下一次 execve 之后仍然保留，不是 root 也一样。`,
	ambientLower: name => `${name} 在下一次 execve 之后不再保留。`,
	ambientClear: () => '下一次 execve 之后不会自动保留任何权能。',
	keepCapabilities: value =>
		value === '0' ? '从 root 换成其他用户时，权能随之失去。' : '这一次从 root 换成其他用户时，保留权能。',
	parentDeath: signal =>
		signal === '0' ? '父进程结束后，这个进程继续运行。' : '父进程结束时，内核会给这个进程发信号。',
	dumpable: () => '决定同一用户的其他进程能否查看这个进程。',
	secureBits: () => '决定 root 在这个进程里有哪些特权。',
	subreaper: () => '后代中的孤儿进程会成为这个进程的子进程。',
	noNewPrivileges: () => '从这里启动的程序，都不会得到比现在更多的权限。',
	seccomp: instructions =>
		`从此每个系统调用都要经过一个过滤器${instructions === '' ? '' : `（${instructions} 条指令）`}。`,
	user: id => `进程变成用户 ${id}。`,
	group: id => `进程变成组 ${id} 的成员。`,
	groups: ids => `进程的附加组现在是：${ids === '' ? '无' : ids}。`,
	kill: (pid, signal) => `向进程 ${pid} 发送 ${signal}。`,
	killFirst: signal => `向 1 号进程发送 ${signal}。对来自自己命名空间的信号，它只收自己处理的那些。`,
	killGroup: (group, signal) => `向进程组 ${group} 发送 ${signal}。`,
	killAll: signal => `向所有能够到达的进程发送 ${signal}。`,
	pidfdSignal: signal => `通过描述符向进程发送 ${signal}。`,
	mknod: (path, kind) => `创建设备文件 ${path}：两个号码（${kind}）加一个名字。`,
	setsid: () => '进程成为一个新会话的首领，没有终端。',
	limit: (name, value) => `资源限制 ${name} 设为 ${value}（软限制:硬限制）。`,
	limitAsked: () => '查询一项资源限制。',
	bpfLoad: () => '把一个小程序装入内核。',
	bpfAttach: () => '让装入的程序开始工作，例如用在某个 cgroup 上。',
	openedToWrite: path => `打开 ${path}，准备写入。`,
	opened: () => '打开一个路径。',
	asked: () => '只是询问内核，什么也没有改变。',
	socket: () => '创建一个套接字，或设置它的属性。',
	sent: () => '向内核发送一条消息。',
	received: () => '读取内核的回答。',
	attribute: () => '给文件加一条附注，这里是给 overlayfs 用的。',
	device: () => '询问设备，或者让设备做一件事。',
	descriptor: () => '设置或复制一个描述符。',
	closeRange: () => '标记一些描述符，启动另一个程序时关闭。',
	signalUsual: () => '信号恢复通常的含义。',
	pidfd: () => '用描述符指住一个进程，进程号另作他用时也不会弄错。',
	descriptorFetched: () => '从另一个进程复制一个描述符。',
	lock: () => '取得一把锁，持有者一死内核就会收回。',
	wait: () => '询问子进程是否已经结束。',
	umask: () => '设置新文件不应有的权限位。',
	switch: () => '设置或查询这个线程的一个开关。',
	other: name => `见 ${name}(2)。`,
};

/** `via 10.0.0.1 dev eth0` */
function wayText(way: string): string {
	const [, gateway, link] = /^(?:via (\S+))? ?(?:dev (\S+))?$/.exec(way) ?? [];
	const words = [
		...(gateway === undefined ? [] : [`经由 ${gateway}`]),
		...(link === undefined ? [] : [`从 ${link} 出去`]),
	];
	return words.join('，') || way;
}
