/**
 * Lesson 06: a directory becomes `/`. chroot only looks elsewhere; pivot_root swaps what is there.
 * @module
 */
import {breakStep, code, doStep, lesson, predict, read, type World} from '#lesson';
import {isWithin, type MountTable, mountAt, mountUnder, ownTables, rootMount, tableOf} from '#lessons/mount-table';
import type {ObservedProcess} from '#observe/types';

const rootfs = '/srv/rootfs';

/** A small tree to live in: some programs with their libraries, and a `data` that aims at the host. */
const makeRootfs = `root=${rootfs}
mkdir -p $root/usr/bin $root/dev $root/etc $root/old $root/proc $root/tmp $root/srv/harbour /srv/harbour
ln -s usr/bin $root/bin
for program in bash cat cp env ls mkdir mount perl umount; do
	file=$(command -v $program) && cp -L "$file" $root/usr/bin/ && ldd "$file"
done | grep -o '/[^ ]*' | sort -u | xargs cp -L --parents -t $root
ln -s bash $root/usr/bin/sh
ln -s /srv/harbour $root/data
echo 'on the host' > /etc/whereami
echo 'inside the rootfs' > $root/etc/whereami`;

const makeEscape = `cat > ${rootfs}/escape <<'END'
#!/usr/bin/env -S LC_ALL=C perl
mkdir 'x';
chroot 'x';              # our root is below us now
chdir '..' for 1 .. 99;  # nothing stops us on the way up
chroot '.';              # this is the real root
exec @ARGV;
END
chmod 755 ${rootfs}/escape`;

const hostTable = ({now, shell}: World): MountTable | undefined => tableOf(now, shell);
const isChrooted = ({root}: ObservedProcess): boolean => root === rootfs;

/** Whether a table begins at the rootfs. To a process behind a chroot each one seems to. */
const isPivoted = ({now}: World, table: MountTable | undefined): boolean =>
	(rootMount(table)?.root.endsWith(rootfs) ?? false) &&
	!now.processes.some(process => process.pid === table?.through && isChrooted(process));
/** Whether something of the host's root is mounted in such a table, wherever: of the same disk, and not of the rootfs. */
const holdsOldRoot = (world: World, table: MountTable): boolean => {
	const [{device} = {}, {root: newRoot = rootfs} = {}] = [rootMount(hostTable(world)), rootMount(table)];
	return table.mounts.some(mount => mount.device === device && !isWithin(mount.root, newRoot));
};
const pivoted = (world: World): readonly MountTable[] => ownTables(world).filter(table => isPivoted(world, table));
const hasLetGo = (world: World): boolean => pivoted(world).some(table => !holdsOldRoot(world, table));
/** Pivoted, with the old root still there. */
const lingers = (world: World): boolean => pivoted(world).some(table => holdsOldRoot(world, table));
const sharesParent = (table: MountTable): boolean => rootMount(table)?.propagation.startsWith('shared') ?? false;

const cargoIsAt = (world: World, path: string): boolean =>
	[hostTable(world), ...ownTables(world)].some(table =>
		table?.mounts.some(({source, mountPoint}) => source === 'cargo' && mountPoint === path),
	);

const isMasked = (table: MountTable | undefined): boolean => mountAt(table, '/proc/timer_list') !== undefined;
const isHidden = (table: MountTable | undefined): boolean => mountAt(table, '/proc/timer_list')?.root === '/null';
const isProtected = (table: MountTable | undefined): boolean =>
	mountUnder(table, '/proc/sys')?.options.includes('ro') ?? false;
const isClosed = (table: MountTable): boolean => isHidden(table) && isProtected(table);
const hostIsMasked = (world: World): boolean => isMasked(hostTable(world)) || isProtected(hostTable(world));

const succeeds = async (world: World, command: string): Promise<boolean> => (await world.run(command)).exitCode === 0;
const escapeRan = (world: World): Promise<boolean> => succeeds(world, `test -d ${rootfs}/x`);
const hasLoot = (world: World): Promise<boolean> => succeeds(world, `test -e /tmp/loot || test -e ${rootfs}/tmp/loot`);

const bind = `mount --bind ${rootfs} ${rootfs}`;
const pivot = [bind, `cd ${rootfs}; pivot_root . old; cd /`];
/** Into a directory other than the one that the lesson speaks of. */
const pivotTo = (directory: string): readonly string[] => [
	'unshare --mount bash',
	bind,
	`cd ${rootfs}; pivot_root . ${directory}; cd /`,
];

export default lesson({
	id: '06-rootfs',
	title: {en: 'Root file system', zh: '根文件系统'},
	question: {en: 'How do I give it another root?', zh: '怎样换一个根目录？'},
	panel: 'mounts',
	prepare: [makeRootfs, makeEscape],
	steps: {
		dotdot: predict({
			question: {en: 'After chroot, what is .. of / ?', zh: 'chroot 之后，/ 的 .. 是什么？'},
			answers: [
				{
					text: {en: '/srv, the directory above', zh: '/srv，也就是上一层目录'},
					evidence: /^ *(\d+) \/\s+(?!\1 )\d+ \/\.\.$/m,
					because: {
						en: 'In the tree it is. But whoever looks up stops at his own root: both have the same number. {output}',
						zh: '在目录树里是这样。但往上走的人，走到自己的根目录就停下：两者编号相同。{output}',
					},
				},
				{
					text: {en: '/ itself', zh: '/ 自己'},
					right: true,
					evidence: /^ *(\d+) \/\s+\1 \/\.\.$/m,
					because: {
						en: 'The kernel compares: if you stand on your root, “..” stays. It looks like a lock.',
						zh: '内核会比较：如果正站在自己的根目录上，“..”就原地不动。看上去像一把锁。',
					},
				},
				{
					text: {en: 'there is none: an error', zh: '不存在，会报错'},
					evidence: /cannot access/,
					because: {
						en: 'Each directory has one. That of the root is the root, also on a machine without any container: {output}',
						zh: '每个目录都有“..”。根目录的就是它自己，没有容器的机器上也一样：{output}',
					},
				},
			],
			run: `chroot ${rootfs} ls -di / /..`,
		}),

		enter: doStep({
			panel: 'processes',
			goal: {
				en: 'A process below your shell has /srv/rootfs as its root.',
				zh: '你的 shell 之下有一个进程，根目录是 /srv/rootfs。',
			},
			command: `chroot ${rootfs} bash`,
			check: ({family}) => family.some(isChrooted),
			diagnose: [
				{
					when: ({family, shell}) => !family.some(isChrooted) && (shell?.cwd?.startsWith(rootfs) ?? false),
					tell: {
						en: 'You walked there: your working directory is another, your root is the same. chroot changes the root.',
						zh: '你只是走了过去：工作目录变了，根目录没变。改变根目录要用 chroot。',
					},
				},
				{
					when: ({family}) =>
						!family.some(isChrooted) && family.some(({root}) => root !== undefined && root !== '/' && root !== rootfs),
					tell: {
						en: 'A process below has another root, but not /srv/rootfs.',
						zh: '下面有个进程换了根目录，但不是 /srv/rootfs。',
					},
				},
			],
			hints: [
				{
					en: 'chroot(8) takes a directory, and a program that it looks for inside that directory.',
					zh: 'chroot(8) 需要一个目录，和一个程序；程序是在那个目录里面找的。',
				},
				{
					en: 'A program that isn’t in there gives 127, as in lesson 01. bash is in there.',
					zh: '里面没有的程序会得到 127，和第 01 课一样。bash 在里面。',
				},
				{en: 'chroot /srv/rootfs bash', zh: 'chroot /srv/rootfs bash'},
			],
			solve: [`chroot ${rootfs} bash`, 'cat /etc/whereami'],
		}),

		errno: predict({
			question: {en: 'Which error does pivot_root(2) give?', zh: 'pivot_root(2) 返回哪个错误？'},
			answers: [
				{
					text: {en: 'ENOENT: No such file or directory', zh: 'ENOENT：No such file or directory'},
					evidence: /No such file/,
					because: {
						en: 'Both directories are there. They are just not what it swaps: {output}',
						zh: '两个目录都在，只不过它对调的不是目录：{output}',
					},
				},
				{
					text: {en: 'EPERM: Operation not permitted', zh: 'EPERM：Operation not permitted'},
					evidence: /not permitted/,
					because: {
						en: 'root in its own mount namespace may. It says something else: {output}',
						zh: '在自己的挂载命名空间里，root 有权这么做。它说的是另一回事：{output}',
					},
				},
				{
					text: {en: 'EBUSY: Device or resource busy', zh: 'EBUSY：Device or resource busy'},
					right: true,
					// In a sandbox without root, / is a locked mount, and that is judged first.
					evidence: /resource busy|Invalid argument/,
					because: {
						en: 'It swaps mounts. /srv/rootfs is a directory on the same mount as /: it can’t be swapped with itself. (In a sandbox without root the mount of / is locked as well, and that is told first: EINVAL.)',
						zh: '它对调的是挂载。/srv/rootfs 只是 / 这个挂载上的一个目录，不能和自己对调。（没有 root 权限的沙箱里，/ 的挂载还是锁定的，内核先检查这一点，返回 EINVAL。）',
					},
				},
			],
			run: `unshare --mount pivot_root ${rootfs} ${rootfs}/old`,
		}),

		pivot: doStep({
			goal: {
				en: 'Below your shell is a mount table that begins at /srv/rootfs. Your shell’s own is as it was.',
				zh: '你的 shell 之下有一张从 /srv/rootfs 开始的挂载表；你的 shell 自己的挂载表不变。',
			},
			command: 'unshare --mount bash',
			check: world => pivoted(world).length > 0,
			diagnose: [
				{
					when: world => isPivoted(world, hostTable(world)),
					tell: {
						en: 'This swapped the root of your first shell’s table: of the whole sandbox. Reset the step, and unshare first.',
						zh: '你对调了最初那个 shell 的挂载表，也就是整个沙箱的根。重置这一步，先 unshare。',
					},
				},
				{
					when: world => pivoted(world).length === 0 && mountAt(hostTable(world), rootfs) !== undefined,
					tell: {
						en: '/srv/rootfs is bound in your shell’s own table. umount /srv/rootfs, then unshare --mount bash, and bind it there.',
						zh: '/srv/rootfs 绑定在了你的 shell 自己的挂载表里。先 umount /srv/rootfs，再 unshare --mount bash，到里面去绑定。',
					},
				},
				{
					when: world => pivoted(world).length === 0 && world.family.some(isChrooted),
					tell: {
						en: 'chroot moves one process’s view, and the table stays as it is. Leave it by exit, and swap: pivot_root.',
						zh: 'chroot 只改变一个进程的视野，挂载表原样不动。先 exit 退出来，再用 pivot_root 对调。',
					},
				},
				{
					when: world => pivoted(world).length === 0 && ownTables(world).some(sharesParent),
					tell: {
						en: 'EINVAL: the parent mount is shared, and a swap may not travel. mount --make-rprivate /',
						zh: 'EINVAL：父挂载是共享的，而对调不允许传播出去。mount --make-rprivate /',
					},
				},
				{
					when: world =>
						pivoted(world).length === 0 && ownTables(world).some(table => mountAt(table, rootfs) !== undefined),
					tell: {
						en: '/srv/rootfs is a mount point now. The old root needs a directory below it: cd /srv/rootfs; pivot_root . old',
						zh: '/srv/rootfs 已经是挂载点。旧的根要放在它下面的一个目录里：cd /srv/rootfs; pivot_root . old',
					},
				},
				{
					when: world => ownTables(world).length > 0 && pivoted(world).length === 0,
					tell: {
						en: 'EBUSY: /srv/rootfs is a plain directory on the root’s mount. Bind it on itself: mount --bind.',
						zh: 'EBUSY：/srv/rootfs 还是根挂载上的普通目录。把它绑定到它自己：mount --bind。',
					},
				},
			],
			hints: [
				{
					en: 'Four things, in the new shell: make it a mount point, go there, swap, go to /.',
					zh: '在新的 shell 里做四件事：让它成为挂载点，进去，对调，再 cd 到 /。',
				},
				{
					en: 'mount --bind /srv/rootfs /srv/rootfs makes the mount point. The old root goes to the directory old in it.',
					zh: 'mount --bind /srv/rootfs /srv/rootfs 让它成为挂载点。旧的根放到里面的 old 目录。',
				},
				{
					en: 'unshare --mount bash; mount --bind /srv/rootfs /srv/rootfs; cd /srv/rootfs; pivot_root . old; cd /',
					zh: 'unshare --mount bash; mount --bind /srv/rootfs /srv/rootfs; cd /srv/rootfs; pivot_root . old; cd /',
				},
			],
			solve: ['unshare --mount bash', ...pivot, 'ls /'],
			otherWays: [pivotTo('tmp'), pivotTo('.')],
			wrongWays: [['unshare --mount bash', bind, `exec chroot ${rootfs} bash`]],
		}),

		linger: predict({
			question: {en: 'What does /old/etc/whereami say?', zh: '/old/etc/whereami 里写着什么？'},
			answers: [
				{
					text: {en: '“on the host”', zh: '“on the host”'},
					right: true,
					evidence: /^on the host$/m,
					because: {
						en: 'All of the host lies there, with every mount. So far the container has a new root and the old one, too.',
						zh: '整个宿主机都在那里，连同所有的挂载。到这一步，容器既有新的根，也有旧的根。',
					},
				},
				{
					text: {en: '“inside the rootfs”', zh: '“inside the rootfs”'},
					evidence: /^inside the rootfs$/m,
					because: {
						en: 'That is /etc/whereami now. Below /old is what / was before: {output}',
						zh: '那是现在的 /etc/whereami。/old 下面是原先的 /：{output}',
					},
				},
				{
					text: {en: 'nothing: /old is empty', zh: '什么也没有：/old 是空的'},
					evidence: /No such file/,
					because: {
						en: 'The directory was empty. pivot_root mounted the old root on it: {output}',
						zh: '这个目录原本是空的，但 pivot_root 把旧的根挂载在了上面：{output}',
					},
				},
			],
			run: `unshare --mount sh -c 'mount --bind ${rootfs} ${rootfs}; cd ${rootfs}; pivot_root . old; cat /old/etc/whereami'`,
		}),

		letgo: doStep({
			goal: {
				en: 'Below your shell is a mount table that begins at /srv/rootfs and holds nothing of the old root.',
				zh: '你的 shell 之下有一张从 /srv/rootfs 开始的挂载表，里面没有旧根的任何东西。',
			},
			check: hasLetGo,
			diagnose: [
				{
					when: world => !hasLetGo(world) && pivoted(world).some(table => mountAt(table, '/proc') !== undefined),
					tell: {
						en: 'The old root is still in use: by this bash, and by the mounts on it. Detach it, lazily: umount -l.',
						zh: '旧的根还在使用：正在运行的 bash 在用，上面的挂载也在用。用 umount -l 延迟卸载。',
					},
				},
				{
					when: world => !hasLetGo(world) && lingers(world),
					tell: {
						en: 'The old root is still mounted. umount needs to read /proc first: mount one, of type proc.',
						zh: '旧的根还挂载着。umount 要先能读 /proc：挂载一个类型为 proc 的。',
					},
				},
				{
					when: world => ownTables(world).length > 0 && pivoted(world).length === 0,
					tell: {
						en: 'This mount table still begins at the host’s root. Swap first, as in the step before the last.',
						zh: '这张挂载表还是从宿主机的根开始的。先对调，做法见前面 pivot_root 那一步。',
					},
				},
			],
			hints: [
				{
					en: 'First the swap, as before. Then a /proc for the new root. Then the unmount.',
					zh: '先像前面那样对调，再给新的根挂载 /proc，最后卸载。',
				},
				{
					en: 'mount -t proc proc /proc. Then umount /old says busy.',
					zh: 'mount -t proc proc /proc。然后 umount /old 会说 busy。',
				},
				{en: 'mount -t proc proc /proc; umount -l /old', zh: 'mount -t proc proc /proc; umount -l /old'},
			],
			solve: ['unshare --mount bash', ...pivot, 'mount -t proc proc /proc; umount -l /old', 'cat /proc/self/mountinfo'],
			otherWays: [[...pivotTo('tmp'), 'mount -t proc proc /proc; umount -l /tmp']],
			wrongWays: [
				pivotTo('srv'),
				pivotTo('.'),
				[...pivotTo('old'), 'mount -t proc proc /proc; umount /old'],
				['unshare --mount bash', bind, `exec chroot ${rootfs} bash`],
			],
		}),

		escape: breakStep({
			goal: {
				en: 'From a chroot, escape copies the host’s /etc/whereami to /tmp/loot. After pivot_root, it gets the rootfs’s.',
				zh: 'escape 从 chroot 里把宿主机的 /etc/whereami 复制到 /tmp/loot；pivot_root 之后，它只能拿到 rootfs 的。',
			},
			weak: {
				solve: [`chroot ${rootfs} /escape cp /etc/whereami /tmp/loot`, 'cat /tmp/loot'],
				succeeded: world => succeeds(world, `test -d ${rootfs}/x && cmp -s /etc/whereami /tmp/loot`),
			},
			fixed: {
				solve: [
					'unshare --mount bash',
					...pivot,
					'mount -t proc proc /proc; umount -l /old',
					'/escape cp /etc/whereami /tmp/loot',
					'cat /tmp/loot',
				],
				withstood: async world =>
					!lingers(world) &&
					(await succeeds(world, `test -d ${rootfs}/x && cmp -s ${rootfs}/etc/whereami ${rootfs}/tmp/loot`)),
			},
			diagnose: [
				{
					when: async world => (await escapeRan(world)) && !(await hasLoot(world)),
					tell: {
						en: 'escape ran, but wrote no loot. Its arguments are the command that it ends in: cp /etc/whereami /tmp/loot',
						zh: 'escape 运行过，但没有写出 /tmp/loot。它的参数就是最后要执行的命令：cp /etc/whereami /tmp/loot',
					},
				},
				{
					when: lingers,
					tell: {
						en: 'The old root is still mounted: nobody needs to climb. mount -t proc proc /proc; umount -l /old',
						zh: '旧的根还挂载着，根本不用爬。mount -t proc proc /proc; umount -l /old',
					},
				},
			],
			hints: [
				{
					en: 'escape execs its arguments once it is out. In there it is called /escape.',
					zh: 'escape 出去之后会 exec 它的参数。在里面，它的路径是 /escape。',
				},
				{
					en: 'Weak: chroot /srv/rootfs /escape cp /etc/whereami /tmp/loot',
					zh: '不可靠的方式：chroot /srv/rootfs /escape cp /etc/whereami /tmp/loot',
				},
				{
					en: 'Right: unshare --mount bash, bind, pivot_root, mount proc, umount -l /old, as in the steps before.',
					zh: '正确的方式：unshare --mount bash、绑定、pivot_root、挂载 proc、umount -l /old，和前面几步一样。',
				},
				{
					en: 'In that shell: /escape cp /etc/whereami /tmp/loot. Its /tmp is /srv/rootfs/tmp.',
					zh: '在那个 shell 里：/escape cp /etc/whereami /tmp/loot。它的 /tmp 就是 /srv/rootfs/tmp。',
				},
			],
		}),

		symlink: breakStep({
			goal: {
				en: 'Mount a tmpfs called cargo on the rootfs’s data: first it lands on the host. Then let it land inside.',
				zh: '把名为 cargo 的 tmpfs 挂载到 rootfs 的 data：第一次落在宿主机上，第二次让它落在里面。',
			},
			weak: {
				solve: [`mount -t tmpfs cargo ${rootfs}/data`, 'findmnt cargo'],
				succeeded: world => cargoIsAt(world, '/srv/harbour'),
			},
			fixed: {
				solve: [`chroot ${rootfs} mount -t tmpfs cargo /data`, 'findmnt cargo'],
				withstood: world => cargoIsAt(world, `${rootfs}/srv/harbour`) && !cargoIsAt(world, '/srv/harbour'),
			},
			diagnose: [
				{
					when: world => cargoIsAt(world, `${rootfs}/srv/harbour`) && cargoIsAt(world, '/srv/harbour'),
					tell: {
						en: 'cargo is inside, and still on the host as well: umount /srv/harbour.',
						zh: 'cargo 已经在里面了，但宿主机上还有一份：umount /srv/harbour。',
					},
				},
				{
					when: world => cargoIsAt(world, `${rootfs}/data`),
					tell: {
						en: 'data is a directory now: somebody removed the link. A hostile rootfs brings it again; follow it inside instead.',
						zh: 'data 现在是目录：链接被删掉了。怀有恶意的 rootfs 下次还会带来，应当在里面跟随它。',
					},
				},
			],
			hints: [
				{
					en: 'mount(8) follows links as any program does: from its own root.',
					zh: 'mount(8) 和别的程序一样，从自己的根目录开始跟随链接。',
				},
				{
					en: 'Weak: mount -t tmpfs cargo /srv/rootfs/data. findmnt shows where it is.',
					zh: '不可靠的方式：mount -t tmpfs cargo /srv/rootfs/data。用 findmnt 看看它在哪里。',
				},
				{
					en: 'Right: a mount(8) whose root is /srv/rootfs. (Our engine asks openat2(2) to resolve the path in that root.)',
					zh: '正确的方式：让根目录是 /srv/rootfs 的 mount(8) 来做。（我们的引擎用 openat2(2) 在那个根目录里解析路径。）',
				},
				{en: 'chroot /srv/rootfs mount -t tmpfs cargo /data', zh: 'chroot /srv/rootfs mount -t tmpfs cargo /data'},
			],
		}),

		mask: doStep({
			goal: {
				en: 'In a mount namespace below your shell, /proc/timer_list is /dev/null and /proc/sys is read-only.',
				zh: '在你的 shell 之下的一个挂载命名空间里，/proc/timer_list 是 /dev/null，/proc/sys 是只读的。',
			},
			check: world => ownTables(world).some(isClosed) && !hostIsMasked(world),
			diagnose: [
				{
					when: hostIsMasked,
					tell: {
						en: 'That was your shell’s own table: the host has lost something. umount it, and unshare --mount first.',
						zh: '动的是你的 shell 自己的挂载表：宿主机少了东西。先 umount，再 unshare --mount。',
					},
				},
				{
					when: world =>
						ownTables(world).some(table => mountAt(table, '/proc/sys') !== undefined && !isProtected(table)),
					tell: {
						en: '/proc/sys is bound on itself, and still writable: a bind takes new options by a second call, remount,bind,ro.',
						zh: '/proc/sys 已经绑定到自己，但仍然可写：绑定挂载要用第二次调用来改选项，remount,bind,ro。',
					},
				},
				{
					when: world => ownTables(world).some(table => isHidden(table) !== isProtected(table)),
					tell: {en: 'One of the two is done.', zh: '两件事做完了一件。'},
				},
			],
			hints: [
				{
					en: 'Both are bind mounts. Over the file: /dev/null. Over the directory: the directory.',
					zh: '两个都是绑定挂载。文件上盖 /dev/null，目录上盖目录自己。',
				},
				{
					en: 'mount --bind /dev/null /proc/timer_list; mount --bind /proc/sys /proc/sys',
					zh: 'mount --bind /dev/null /proc/timer_list; mount --bind /proc/sys /proc/sys',
				},
				{
					en: 'Then the option, for this mount alone: mount -o remount,bind,ro /proc/sys',
					zh: '然后只给这个挂载改选项：mount -o remount,bind,ro /proc/sys',
				},
			],
			solve: [
				'unshare --mount bash',
				'mount --bind /dev/null /proc/timer_list',
				'mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys',
				'echo pirate > /proc/sys/kernel/hostname',
			],
			otherWays: [
				[
					'unshare --mount bash',
					'mount --bind /dev/null /proc/timer_list; mount -o remount,bind,ro /proc',
					'echo pirate > /proc/sys/kernel/hostname',
				],
			],
			wrongWays: [
				[
					'unshare --mount bash',
					'mount --bind /dev/null /proc/timer_list; mount --bind /proc/sys /proc/sys',
					'mount -o remount,bind,ro /proc',
				],
			],
		}),

		write: code({
			exercise: '06-rootfs',
			goal: {en: 'Your rootfs.ts passes its tests.', zh: '你的 rootfs.ts 通过测试。'},
			diagnose: [
				{
					when: ({tests}) => tests?.broken !== undefined,
					tell: {
						en: 'The module can’t be loaded, so no test could run. Mend this first: the message says which line.',
						zh: '模块加载失败，一个测试也没能运行。先修这个：错误信息里有行号。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.message.includes('write me: makeMountPoint') ?? false,
					tell: {
						en: 'pivotRootInto() needs a mount point: write makeMountPoint() before it.',
						zh: 'pivotRootInto() 需要一个挂载点：先写 makeMountPoint()。',
					},
				},
				{
					when: ({tests}) => /EBUSY/.test(tests?.firstFailure?.message ?? ''),
					tell: {
						en: 'EBUSY: the new root is not a mount of its own, or the old one was not detached with MNT_DETACH.',
						zh: 'EBUSY：新的根不是单独的挂载，或者卸载旧的根时没有用 MNT_DETACH。',
					},
				},
				{
					when: ({tests}) => /EINVAL/.test(tests?.firstFailure?.message ?? ''),
					tell: {
						en: 'EINVAL: the new root is no mount point yet, or it is shared. Make it private after binding it.',
						zh: 'EINVAL：新的根还不是挂载点，或者是共享的。绑定之后要设为 private。',
					},
				},
			],
			hints: [
				{
					en: 'enterChroot: chroot moves the root and not the working directory. One more call moves that.',
					zh: 'enterChroot：chroot 只移动根目录，不移动工作目录。还需要一个调用来移动后者。',
				},
				{
					en: 'makeMountPoint: a bind of the directory on itself, with what is mounted below it, made private afterwards.',
					zh: 'makeMountPoint：把目录连同下面的挂载一起绑定到它自己，然后设为 private。',
				},
				{
					en: 'pivotRootInto: stand in the new root; pivotRoot(".", "."); umount(".", MNT_DETACH); chdir("/").',
					zh: 'pivotRootInto：站到新根里；pivotRoot(".", ".")；umount(".", MNT_DETACH)；chdir("/")。',
				},
				{
					en: 'Before the unmount, make the old tree a slave, so that nothing travels to the host. See solutions/06-rootfs/rootfs.ts.',
					zh: '卸载之前，先把旧的树设为 slave，以免传播到宿主机。见 solutions/06-rootfs/rootfs.ts。',
				},
			],
		}),

		elsewhere: read({command: 'drydock run --rm --mine rootfs host sh'}),
		end: read(),
	},
});
