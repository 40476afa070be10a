/**
 * Lesson 04: a process has a number for everybody who can see it, and number 1 has duties.
 * @module
 */
import {breakStep, code, type Diagnosis, doStep, lesson, predict, read, type World} from '#lesson';
import {mountAt, tableOf} from '#lessons/mount-table';
import type {ObservedMount, ObservedProcess} from '#observe/types';

const harbour = '/srv/harbour';
const token = 'swordfish-4711';

/** Another tenant of the machine, with a secret in its environment. */
const makeNeighbour = `mkdir -p ${harbour} && cat > ${harbour}/neighbour <<'END'
#!/bin/bash
while sleep 1; do :; done
END
chmod 755 ${harbour}/neighbour`;

/** Zeros are no valid instruction for any processor that this course runs on: whoever executes them gets SIGSEGV or SIGILL. */
const makeAttack = `cat > ${harbour}/attack <<'END'
#!/usr/bin/perl
print readlink('/proc/self/ns/pid'), "\\n";             # where we are
for my $dir (glob '/proc/[0-9]*') {
    next unless text("$dir/comm") eq "neighbour\\n";
    print text("$dir/environ") =~ /TOKEN=([^\\0]*)/ ? "$1\\n" : '';
    my ($number) = $dir =~ /(\\d+)/;
    kill('TERM', $number) and exit;
    print STDERR "kill $number: $!\\n";                 # kill counts as we count
    my $at = 0;                                        # where it executes
    $at = hex((split ' ', text("$dir/syscall"))[-1]) until $at;
    open my $mem, '+<', "$dir/mem" or die "mem: $!\\n"; # mem asks for no number
    sysseek $mem, $at, 0;
    syswrite $mem, "\\0" x 64;
}
sub text { local $/; open my $file, '<', $_[0] or return ''; <$file> // '' }
END
chmod 755 ${harbour}/attack`;

const startNeighbour = `TOKEN=${token} setsid ${harbour}/neighbour </dev/null >/dev/null 2>&1 &`;
/** A container whose PID 1 has a child that it doesn't know, and will not bury. */
const startCareless =
	"setsid unshare --pid --fork --mount-proc sh -c '(sleep 0.3 &); exec sleep 900' </dev/null >/dev/null 2>&1 &";

/** Where the step about the next child leads: into a shell that can have none. */
const barren = ['unshare --pid bash', 'ls; ls'];

const SIGTERM = 15;
const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh']);
const isShell = ({comm}: ObservedProcess): boolean => shells.has(comm);
const isZombie = ({state}: ObservedProcess): boolean => state === 'zombie';

/** Living processes below the learner's shell that are PID 1 of a namespace further in than the shell's. */
function firsts({family, shell}: World): readonly ObservedProcess[] {
	const depth = shell?.pids.length ?? Number.POSITIVE_INFINITY;
	return family.filter(process => process.pids.length > depth && process.pids.at(-1) === 1 && !isZombie(process));
}

/** The shells of `firsts` that somebody types into: they were started without a script. */
const typedInto = (world: World): readonly ObservedProcess[] =>
	firsts(world).filter(process => isShell(process) && process.argv.length === 1);

/** Shells that somebody types into, below the learner's and in the same namespace, as after `unshare` without `--fork`. */
const outsiders = ({family, shell}: World): readonly ObservedProcess[] =>
	family.filter(
		process =>
			process.pid !== shell?.pid &&
			isShell(process) &&
			process.argv.length === 1 &&
			process.namespaces.pid === shell?.namespaces.pid,
	);
const staysOutside = (world: World): boolean => outsiders(world).length > 0;
/** Whether such a shell can have no child any more: its children's namespace had a PID 1, and nobody lives there now. */
const isBarren = async (world: World): Promise<boolean> => {
	const links = outsiders(world).map(({pids}) => `/proc/${pids.at(-1)}/ns/pid_for_children`);
	if (links.length === 0) return false;
	const {stdout} = await world.run(`readlink ${links.join(' ')}`);
	const nurseries = [...stdout.matchAll(/^pid:\[(\d+)\]$/gm)].map(([, id]) => Number(id));
	return nurseries.some(id => !world.now.processes.some(({namespaces}) => namespaces.pid === id));
};
/** What to tell who came here from the step about the next child without leaving its shell. */
const leaveBarren: Diagnosis = {
	when: isBarren,
	tell: {
		en: 'Your bash can start nothing: the PID 1 of its children has ended (ENOMEM). Leave it by exit.',
		zh: '你所在的 bash 什么也启动不了：它的子进程所属命名空间的 1 号进程已经结束（ENOMEM）。先用 exit 退出。',
	},
};

/** The mount that a process sees at /proc. */
const procOf = ({now}: World, process: ObservedProcess | undefined): ObservedMount | undefined =>
	mountAt(tableOf(now, process), '/proc');

const hasOwnTable = (world: World, process: ObservedProcess): boolean =>
	process.namespaces.mnt !== world.shell?.namespaces.mnt;
/** A proc file system, and another than the learner's shell has: it counts as another namespace does. */
const hasOwnProc = (world: World, process: ObservedProcess): boolean => {
	const proc = procOf(world, process);
	return proc?.fileSystem === 'proc' && proc.device !== procOf(world, world.shell)?.device;
};
const psIsRight = (world: World): boolean =>
	firsts(world).some(process => isShell(process) && hasOwnTable(world, process) && hasOwnProc(world, process));
/** Somebody mounted a /proc over the first shell's own: who is out there doesn't find itself in it, and no snapshot does. */
const coveredOwnProc = async ({run}: World): Promise<boolean> => (await run('test -e /proc/self')).exitCode !== 0;

const hears = (world: World): boolean => firsts(world).some(({caughtSignals}) => caughtSignals.includes(SIGTERM));

/** Zombies inside: those that a PID 1 of their own namespace should have buried. */
const hasZombies = ({now, shell}: World): boolean =>
	now.processes.some(process => isZombie(process) && process.pids.length > (shell?.pids.length ?? 0));
/** A PID 1 that stayed a shell and looks after a child. */
const carefulFirst = (world: World): boolean =>
	firsts(world).some(
		first => isShell(first) && first.argv.length > 1 && world.family.some(({ppid}) => ppid === first.pid),
	);

const neighbourLives = ({now}: World): boolean =>
	now.processes.some(({comm, state}) => comm === 'neighbour' && state !== 'zombie');

/** What attack wrote: from which PID namespace, and what it found. Undefined if it didn't run in one of its own. */
async function loot(world: World): Promise<{readonly found: string} | undefined> {
	const {stdout} = await world.run('cat /tmp/loot 2>/dev/null');
	const [, namespace, found] = /^pid:\[(\d+)\]\n([\s\S]*)$/.exec(stdout) ?? [];
	if (namespace === undefined || Number(namespace) === world.shell?.namespaces.pid) return undefined;
	return {found: (found ?? '').trim()};
}

export default lesson({
	id: '04-pid',
	title: {en: 'PID namespace', zh: 'PID 命名空间'},
	question: {en: 'Who am I, and for whom?', zh: '我是几号？对谁而言？'},
	panel: 'processes',
	prepare: [makeNeighbour, makeAttack],
	steps: {
		number: predict({
			question: {en: 'echo $$ prints …', zh: 'echo $$ 会打印……'},
			answers: [
				{
					text: {en: '1', zh: '1'},
					right: true,
					evidence: /^1$/m,
					because: {
						en: 'The first process of a PID namespace is number 1 there, as init is on a machine.',
						zh: 'PID 命名空间里的第一个进程就是那里的 1 号，如同机器上的 init。',
					},
				},
				{
					text: {en: 'its number on the host', zh: '它在宿主机上的号码'},
					evidence: /^(?![012]$)\d+$/m,
					because: {
						en: 'The host has another number for it. But a process asks in its own namespace, and hears: {output}',
						zh: '宿主机另外给它编了号。但进程是在自己的命名空间里提问，得到的是：{output}',
					},
				},
				{
					text: {en: '2: unshare is number 1', zh: '2：unshare 才是 1 号'},
					evidence: /^2$/m,
					because: {
						en: 'unshare stays outside; its child is the first one born inside: {output}',
						zh: 'unshare 留在外面，第一个生在里面的是它的子进程：{output}',
					},
				},
			],
			run: "unshare --pid --fork sh -c 'echo $$'",
		}),

		next: doStep({
			goal: {
				en: 'Below your shell runs a shell that is PID 1 of its own namespace.',
				zh: '你的 shell 之下有一个 shell，它是自己命名空间里的 1 号进程。',
			},
			command: 'unshare --pid bash',
			check: world => firsts(world).some(isShell),
			diagnose: [
				{
					when: world => !firsts(world).some(isShell) && staysOutside(world),
					tell: {
						en: 'This bash stayed outside: unshare became it, and only its next child is inside. exit, and give unshare --fork.',
						zh: '这个 bash 留在外面：是 unshare 变成了它，只有它的下一个子进程才在里面。先 exit，再给 unshare 加上 --fork。',
					},
				},
				{
					when: world => firsts(world).length > 0 && !firsts(world).some(isShell),
					tell: {
						en: 'There is a PID 1 inside, but it is no shell: you can’t look around from it.',
						zh: '里面有了 1 号进程，但它不是 shell，没法用它四处看看。',
					},
				},
			],
			hints: [
				{
					en: 'Who calls unshare(2) stays. Somebody has to fork, so that a child becomes PID 1.',
					zh: '调用 unshare(2) 的进程自己不动。要有人 fork，子进程才会成为 1 号。',
				},
				{
					en: 'unshare forks before it starts the program if you ask it to: man unshare, --fork.',
					zh: '可以让 unshare 先 fork 再启动程序：man unshare，--fork。',
				},
				{en: 'unshare --pid --fork bash', zh: 'unshare --pid --fork bash'},
			],
			solve: ['unshare --pid --fork bash', 'echo $$'],
			wrongWays: [barren],
		}),

		twice: predict({
			question: {en: 'What stands after NSpid?', zh: 'NSpid 后面写的是什么？'},
			answers: [
				{
					text: {en: 'one number: 1', zh: '一个号码：1'},
					evidence: /^NSpid:\s+1$/m,
					because: {
						en: 'That is what it is called inside. This /proc was mounted outside and tells that number first: {output}',
						zh: '那是它在里面的号码。这个 /proc 挂载在外面，先写外面的号码：{output}',
					},
				},
				{
					text: {en: 'one number: the one out here', zh: '一个号码：它在外面的号码'},
					evidence: /^NSpid:\s+(?!1$)\d+$/m,
					because: {
						en: 'Out here it has that number. Inside it has another, and the kernel keeps both: {output}',
						zh: '在外面它确实是这个号码。在里面另有一个，内核两个都记着：{output}',
					},
				},
				{
					text: {en: 'two numbers', zh: '两个号码'},
					right: true,
					evidence: /^NSpid:\s+\d+\s+1$/m,
					because: {
						en: 'One process, and a number for each namespace that sees it, outermost first. Further out there may be more.',
						zh: '一个进程，每个看得见它的命名空间都给它一个号码，最外层的在前。更外面也许还有。',
					},
				},
			],
			run: 'unshare --pid --fork grep NSpid /proc/self/status',
		}),

		lies: doStep({
			goal: {
				en: 'A shell below yours is PID 1 and has a /proc of its own. Your shell’s /proc is as it was.',
				zh: '你的 shell 之下有一个 1 号 shell，它有自己的 /proc；你的 shell 的 /proc 保持原样。',
			},
			check: async world => psIsRight(world) && !(await coveredOwnProc(world)),
			diagnose: [
				leaveBarren,
				{
					when: coveredOwnProc,
					tell: {
						en: 'That mount covers your own shell’s /proc as well: the table is shared. umount /proc, exit, then --mount.',
						zh: '你的 shell 的 /proc 也被这次挂载盖住了：挂载表是共用的。先 umount /proc，再 exit，然后用 --mount。',
					},
				},
				{
					when: world =>
						!psIsRight(world) && firsts(world).some(process => isShell(process) && hasOwnTable(world, process)),
					tell: {
						en: 'The shell inside has a mount table of its own, and no /proc of its own yet: mount one there, of type proc.',
						zh: '里面的 shell 有了自己的挂载表，但还没有自己的 /proc：在那里挂载一个类型为 proc 的。',
					},
				},
				{
					when: world => !psIsRight(world) && firsts(world).some(isShell),
					tell: {
						en: 'The shell inside shares your mount table. Leave it and start it with --mount, before you mount anything.',
						zh: '里面的 shell 和你共用挂载表。先退出来，用 --mount 重新启动，然后再挂载。',
					},
				},
			],
			hints: [
				{
					en: 'Two namespaces at once: the numbers (--pid --fork) and the mount table (--mount).',
					zh: '同时要两个命名空间：进程号（--pid --fork）和挂载表（--mount）。',
				},
				{
					en: 'Inside: mount -t proc, any source, on /proc. It shows the namespace of whoever mounts it.',
					zh: '在里面：mount -t proc，源随意，挂载点是 /proc。谁挂载，它就显示谁的命名空间。',
				},
				{
					en: 'unshare --pid --fork --mount bash, then mount -t proc proc /proc. (--mount-proc does both.)',
					zh: 'unshare --pid --fork --mount bash，然后 mount -t proc proc /proc。（--mount-proc 一步做完。）',
				},
			],
			solve: ['unshare --pid --fork --mount bash', 'mount -t proc proc /proc', 'ps -ef'],
			otherWays: [['unshare --pid --fork --mount-proc bash', 'ps -ef']],
			wrongWays: [
				barren,
				['unshare --pid --fork --mount bash', 'ps -ef'],
				['unshare --pid --fork --mount bash', 'mount -t tmpfs proc /proc'],
				['unshare --pid --fork bash', 'mount -t proc proc /proc'],
			],
		}),

		deaf: predict({
			question: {en: 'What does the shot do?', zh: '这一枪有什么效果？'},
			answers: [
				{
					text: {en: 'PID 1 is killed: nothing is printed', zh: '1 号进程被杀死，什么也不打印'},
					evidence: /^(?![\s\S]*still here)/,
					because: {
						en: 'Even KILL is dropped when it comes from inside. From outside it would end PID 1. Here: {output}',
						zh: '来自内部的信号，连 KILL 也会丢弃。从外面发才能结束 1 号进程。这里：{output}',
					},
				},
				{
					text: {en: 'kill fails: Operation not permitted', zh: 'kill 失败：Operation not permitted'},
					evidence: /not permitted/,
					because: {
						en: 'kill(2) succeeds: root may signal it. The kernel drops the signal afterwards: {output}',
						zh: 'kill(2) 是成功的：root 有权发信号。是内核随后把信号丢弃了：{output}',
					},
				},
				{
					text: {en: 'nothing at all: “still here”', zh: '毫无效果：“still here”'},
					right: true,
					evidence: /^still here$/m,
					because: {
						en: 'No error, no effect. That spares a container from its own mistakes, and makes stopping one harder.',
						zh: '没有报错，也没有效果。容器因此不会误伤自己，停止它却也更难了。',
					},
				},
			],
			run: `unshare --pid --fork sh -c 'kill -KILL 1; echo "still here"'`,
		}),

		ears: doStep({
			goal: {
				en: 'Below your shell runs a PID 1 that has a handler for SIGTERM.',
				zh: '你的 shell 之下有一个 1 号进程，它为 SIGTERM 设置了处理函数。',
			},
			check: hears,
			diagnose: [
				leaveBarren,
				{
					when: world => !hears(world) && firsts(world).some(process => process.comm === 'sleep'),
					tell: {
						en: 'PID 1 is sleep itself: some shells become their last command. sleep has no handlers. Let sh stay.',
						zh: '1 号进程是 sleep 自己：有的 shell 会变成最后一条命令。sleep 没有处理函数。要让 sh 留下。',
					},
				},
				{
					when: world => !hears(world) && firsts(world).length > 0,
					tell: {
						en: 'There is a PID 1, but bit 15 is missing from SigCgt in its /proc/PID/status: TERM is dropped.',
						zh: '有 1 号进程，但它的 /proc/PID/status 里，SigCgt 没有第 15 位：TERM 会被丢弃。',
					},
				},
			],
			hints: [
				{
					en: 'A shell sets a handler with trap: trap "exit 0" TERM.',
					zh: 'shell 用 trap 设置处理函数：trap "exit 0" TERM。',
				},
				{
					en: 'A shell runs its trap only between two commands. Put sleep in the background and wait for it: then at once.',
					zh: 'shell 只在两条命令之间执行 trap。把 sleep 放到后台再 wait，就能立即执行。',
				},
				{
					en: `unshare --pid --fork sh -c 'trap "exit 0" TERM; sleep 800 & wait' &`,
					zh: `unshare --pid --fork sh -c 'trap "exit 0" TERM; sleep 800 & wait' &`,
				},
			],
			solve: [`unshare --pid --fork sh -c 'trap "exit 0" TERM; sleep 800 & wait' &`],
			wrongWays: [barren, ["unshare --pid --fork sh -c 'sleep 800; :' &"]],
		}),

		reap: doStep({
			prepare: [startCareless],
			goal: {
				en: 'No zombie is left, and below your shell a PID 1 that stayed a shell looks after a child.',
				zh: '没有僵尸进程；你的 shell 之下有一个 1 号进程，它一直是 shell，照看着一个子进程。',
			},
			command: 'ps -eo pid,ppid,stat,args --forest',
			check: world => !hasZombies(world) && carefulFirst(world),
			diagnose: [
				leaveBarren,
				{
					when: world => hasZombies(world) && typedInto(world).length > 0,
					tell: {
						en: 'You are inside a namespace yourself: from there you neither see the zombie’s parent nor reach it. First exit.',
						zh: '你自己正在一个命名空间里：从那里既看不见僵尸的父进程，也够不着它。先 exit。',
					},
				},
				{
					when: world => firsts(world).some(({comm}) => comm === 'sleep'),
					tell: {
						en: 'Your PID 1 became sleep: by exec, or because some shells become their last command. Put “; :” behind it.',
						zh: '你的 1 号进程变成了 sleep：要么用了 exec，要么这个 shell 会变成最后一条命令。在后面加上“; :”。',
					},
				},
				{
					when: world => hasZombies(world) && carefulFirst(world),
					tell: {
						en: 'Yours is as it should be. The other one is still there, with its zombie: KILL its PID 1, sleep 900.',
						zh: '你的这个没有问题。另一个还在，带着它的僵尸：用 KILL 结束它的 1 号进程 sleep 900。',
					},
				},
				{
					when: world => hasZombies(world) && !carefulFirst(world),
					tell: {
						en: 'PID 1 is alive and has a dead child: who should call wait(2)? It never will. It has to end, by KILL from outside.',
						zh: '1 号进程活着，它的子进程死了：该由谁来调用 wait(2)？它永远不会。只能从外面用 KILL 结束它。',
					},
				},
			],
			hints: [
				{
					en: 'A zombie can’t be killed, its parent can: that is the container’s PID 1, sleep 900.',
					zh: '僵尸进程杀不死，它的父进程可以：就是容器的 1 号进程 sleep 900。',
				},
				{
					en: 'End it with pkill -KILL -f "^sleep 900". All in its namespace go with it, also the zombie.',
					zh: '用 pkill -KILL -f "^sleep 900" 结束它。它的命名空间里的一切都随之而去，包括僵尸。',
				},
				{
					en: 'For the new one: the same script, without exec, and with one more command behind sleep.',
					zh: '新的那个：同样的脚本，去掉 exec，并在 sleep 后面再放一条命令。',
				},
				{
					en: "unshare --pid --fork --mount-proc sh -c '(sleep 1 &); sleep 700; :' &",
					zh: "unshare --pid --fork --mount-proc sh -c '(sleep 1 &); sleep 700; :' &",
				},
			],
			solve: [
				"pkill -KILL -f '^sleep 900'",
				"unshare --pid --fork --mount-proc sh -c '(sleep 1 &); sleep 700; :' &",
				'sleep 1.5; ps -eo pid,ppid,stat,args --forest',
			],
			wrongWays: [barren, ["pkill -KILL -f '^sleep 900'", 'unshare --pid --fork --mount-proc sleep 700 &']],
		}),

		neighbour: breakStep({
			prepare: [startNeighbour],
			goal: {
				en: 'From a PID namespace of its own, attack gets the token and ends the neighbour. Then it finds nobody.',
				zh: 'attack 在自己的 PID 命名空间里偷到 TOKEN，并结束邻居；换成正确的方式，它谁也找不到。',
			},
			weak: {
				solve: [`unshare --pid --fork ${harbour}/attack > /tmp/loot`, 'sleep 1.5; cat /tmp/loot'],
				succeeded: async world => (await loot(world))?.found === token && !neighbourLives(world),
			},
			fixed: {
				solve: [`unshare --pid --fork --mount-proc ${harbour}/attack > /tmp/loot`, 'cat /tmp/loot'],
				withstood: async world => (await loot(world))?.found === '' && neighbourLives(world),
			},
			diagnose: [
				{
					when: async world =>
						(await loot(world)) === undefined && (await world.run('test -s /tmp/loot')).exitCode === 0,
					tell: {
						en: 'attack ran in your own PID namespace. Give it one of its own: unshare --pid --fork.',
						zh: 'attack 是在你自己的 PID 命名空间里运行的。给它一个单独的：unshare --pid --fork。',
					},
				},
				{
					when: async world => (await loot(world))?.found === token && neighbourLives(world),
					tell: {
						en: 'The token is out. The neighbour ends at its next instruction, within a second.',
						zh: 'TOKEN 已经泄露。邻居一执行下一条指令就会结束，不超过一秒。',
					},
				},
			],
			hints: [
				{
					en: 'unshare with --pid and --fork gives new numbers, and leaves /proc as it is: that is the weak way.',
					zh: 'unshare 加 --pid 和 --fork 只换号码，不动 /proc：这就是不可靠的方式。',
				},
				{
					en: 'unshare --pid --fork /srv/harbour/attack > /tmp/loot',
					zh: 'unshare --pid --fork /srv/harbour/attack > /tmp/loot',
				},
				{
					en: 'The right way mounts a /proc of the new namespace before attack starts: --mount-proc.',
					zh: '正确的方式是在 attack 启动之前，先挂载新命名空间的 /proc：--mount-proc。',
				},
				{
					en: 'unshare --pid --fork --mount-proc /srv/harbour/attack > /tmp/loot',
					zh: 'unshare --pid --fork --mount-proc /srv/harbour/attack > /tmp/loot',
				},
			],
		}),

		write: code({
			exercise: '04-pid',
			goal: {en: 'Your pid.ts passes its tests.', zh: '你的 pid.ts 通过测试。'},
			diagnose: [
				{
					when: ({tests}) => tests?.broken !== undefined,
					tell: {
						en: 'The module can’t be loaded, so no test could run. Mend this first: the message says which line.',
						zh: '模块加载失败，一个测试也没能运行。先修这个：错误信息里有行号。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.message.includes('write me: createPidNamespace') ?? false,
					tell: {
						en: 'All the tests with a namespace need createPidNamespace(): write it first, it is one line.',
						zh: '凡是用到命名空间的测试都需要 createPidNamespace()：先写它，只有一行。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.test.startsWith('runAsInit() reaps') ?? false,
					tell: {
						en: 'A zombie is left. reapOrphans must be called at every SIGCHLD: process.on("SIGCHLD", …).',
						zh: '还剩一个僵尸进程。每次收到 SIGCHLD 都要调用 reapOrphans：process.on("SIGCHLD", …)。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.test.startsWith('runAsInit() passes') ?? false,
					tell: {
						en: 'The program was to hear TERM and end with 7. Pass signals on as soon as it is started, and return its exit code.',
						zh: '程序本该收到 TERM，并以 7 退出。一启动就要开始转发信号，最后返回它的退出码。',
					},
				},
			],
			hints: [
				{
					en: 'createPidNamespace is one call: unshare, with the flag for PIDs. Both come from #kernel/sched.',
					zh: 'createPidNamespace 只有一个调用：unshare，带上 PID 的标志。两者都来自 #kernel/sched。',
				},
				{
					en: 'readPidNumbers: the line NSpid of /proc/PID/status, split at white space. readKernelFile reads such files.',
					zh: 'readPidNumbers：取 /proc/PID/status 的 NSpid 行，按空白切开。这类文件用 readKernelFile 读取。',
				},
				{
					en: 'runAsInit: startProcess, then forwardSignals to the child, and reapOrphans at each SIGCHLD, except the child.',
					zh: 'runAsInit：startProcess；forwardSignals 转发给子进程；每次收到 SIGCHLD 时 reapOrphans，但不包括这个子进程。',
				},
				{
					en: 'waitFor tells how the child ended; shellExitCode makes one number of it. See solutions/04-pid/pid.ts.',
					zh: 'waitFor 告诉你子进程怎样结束，shellExitCode 把它变成一个数。见 solutions/04-pid/pid.ts。',
				},
			],
		}),

		elsewhere: read({command: 'drydock run --rm --mine pid host sh'}),
		end: read(),
	},
});
