/**
 * Lesson 01: what a container is before it is one. Started by exec, ended by a code or a signal, mourned by its parent,
 * and owner of every descriptor that somebody forgot to close.
 * @module
 */
import {breakStep, code, doStep, lesson, predict, read, type World} from '#lesson';
import type {ObservedProcess} from '#observe/types';

const harbour = '/srv/harbour';

/** A program with two faults: nobody may execute it, and its interpreter’s name ends in a carriage return. */
const makeShip = `mkdir -p ${harbour} && printf '#!/bin/sh\\r\\necho afloat\\r\\n' > ${harbour}/ship && chmod 644 ${harbour}/ship`;

/** An image’s entry point, as it is often written. */
const makeEntry = `cat > ${harbour}/entry <<'END'
#!/bin/sh
echo opening the harbour
sleep 4000
END
chmod 755 ${harbour}/entry`;

/** A runtime in eight lines. Perl closes on exec every descriptor above $^F. */
const makeJail = `printf 'anchor-4711\\n' > ${harbour}/key && chmod 600 ${harbour}/key
cat > ${harbour}/jail <<'END'
#!/usr/bin/perl
$^F = 99;                               # keep descriptors up to 99 open
open KEY, '<', '${harbour}/key' or die "key: $!\\n";
chdir '/';
($(, $)) = (65534, '65534 65534');      # group nogroup
($<, $>) = (65534, 65534);              # user nobody
exec @ARGV or die "exec: $!\\n";
END
chmod 755 ${harbour}/jail`;

const isZombie = ({state}: ObservedProcess): boolean => state === 'zombie';
const isServer = ({argv}: ObservedProcess): boolean => argv.join(' ') === 'sleep 4000';
const parentOf = ({family}: World, child: ObservedProcess): ObservedProcess | undefined =>
	family.find(({pid}) => pid === child.ppid);

/** The server is the shell’s own child: the script became it. */
const serverIsOwnChild = ({family, shell}: World): boolean =>
	family.some(process => isServer(process) && process.ppid === shell?.pid);

const succeeds = async (world: World, command: string): Promise<boolean> => (await world.run(command)).exitCode === 0;
const shipIsExecutable = (world: World): Promise<boolean> => succeeds(world, `test -x ${harbour}/ship`);
const shipRuns = (world: World): Promise<boolean> => succeeds(world, `${harbour}/ship`);

const lootIsKey = (world: World): Promise<boolean> =>
	succeeds(world, `test "$(stat -c %u /tmp/loot)" = 65534 && cmp -s ${harbour}/key /tmp/loot`);
/** Nobody tried, and got nothing. */
const lootIsEmpty = (world: World): Promise<boolean> =>
	succeeds(world, 'test "$(stat -c %u /tmp/loot)" = 65534 && test ! -s /tmp/loot');
const jailLeaks = (world: World): Promise<boolean> =>
	succeeds(world, `${harbour}/jail ls -l /proc/self/fd | grep -q ${harbour}/key`);
const jailWorks = (world: World): Promise<boolean> => succeeds(world, `test "$(${harbour}/jail id -u)" = 65534`);

export default lesson({
	id: '01-process',
	title: {en: 'Process', zh: '进程'},
	question: {en: 'What is a container, before it is a container?', zh: '容器在成为容器之前是什么？'},
	panel: 'processes',
	prepare: [makeShip, makeEntry, makeJail],
	steps: {
		scene: predict({
			question: {en: 'What does the host see of the container’s sleep?', zh: '宿主机能找到容器里的 sleep 吗？'},
			answers: [
				{
					text: {en: 'nothing: it is inside', zh: '找不到：它在容器里'},
					evidence: /^\s*$/,
					because: {
						en: 'The wall works one way. The container doesn’t see the host, but the host sees: {output}',
						zh: '墙只挡一面。容器看不见宿主机，宿主机却看得见它：{output}',
					},
				},
				{
					text: {en: 'an ordinary process', zh: '一个普通的进程'},
					right: true,
					evidence: /^(?!1 )\d+ sleep 3$/m,
					because: {
						en: 'There is no machine. The host has one more process, with a number like any other’s.',
						zh: '并没有什么机器。宿主机上只是多了一个进程，进程号和别的进程没有区别。',
					},
				},
				{
					text: {en: 'a process with the number 1', zh: '一个 1 号进程'},
					evidence: /^1 sleep 3$/m,
					because: {
						en: 'It is number 1 for itself, and lesson 04 is about this. The host counts it too, and says: {output}',
						zh: '它自己看自己才是 1 号，第 04 课专门讲这件事。宿主机也给它编了号：{output}',
					},
				},
				{
					text: {en: 'a process of a virtual machine', zh: '一个虚拟机的进程'},
					evidence: /qemu|firecracker|kvm/,
					because: {
						en: 'No machine was booted and no second kernel is running. There is just this: {output}',
						zh: '没有启动任何机器，也没有第二个内核在运行。只有这个：{output}',
					},
				},
			],
			run: "unshare --pid --fork --mount-proc sleep 3 & sleep 1; pgrep -af '^sleep 3'; wait",
		}),

		become: predict({
			question: {en: 'Which numbers are printed before and after exec?', zh: 'exec 前后打印的进程号是什么关系？'},
			answers: [
				{
					text: {en: 'two different ones', zh: '两个不同的号'},
					evidence: /before (\d+)\s+after (?!\1\s)\d+/,
					because: {
						en: 'fork makes a process, exec makes none: it changes the program of the one that calls. {output}',
						zh: '产生进程的是 fork。exec 不产生进程，只更换调用者的程序。{output}',
					},
				},
				{
					text: {en: 'the same one twice', zh: '同一个号，打印两次'},
					right: true,
					evidence: /before (\d+)\s+after \1\s/,
					because: {
						en: 'Number, parent, limits, namespaces and open descriptors stay. Only the program is another.',
						zh: '进程号、父进程、资源限制、命名空间和打开的描述符都不变，换掉的只有程序。',
					},
				},
				{
					text: {en: 'only the first: exec doesn’t come back', zh: '只有前一个：exec 不会返回'},
					evidence: /before \d+\s*$/,
					because: {
						en: 'It doesn’t come back to the old program, true. But the new one runs and prints too: {output}',
						zh: '确实不会回到旧程序，但新程序照样运行，也会打印：{output}',
					},
				},
			],
			run: `sh -c 'echo before $$; exec sh -c "echo after \\$\\$"'`,
		}),

		killed: predict({
			question: {en: 'What does the parent’s $? say?', zh: '父 shell 的 $? 是多少？'},
			answers: [
				{
					text: {en: '9', zh: '9'},
					evidence: /^9$/m,
					because: {
						en: '9 would mean exit(9). So that the two can be told apart, shells add 128 to a signal: {output}',
						zh: '9 表示程序自己 exit(9)。为了区分，shell 给信号编号加上 128：{output}',
					},
				},
				{
					text: {en: '137', zh: '137'},
					right: true,
					evidence: /^137$/m,
					because: {
						en: '128 + 9. A container that ends with 137 got KILL: docker stop lost patience, or memory ran out.',
						zh: '128 + 9。容器的退出码是 137，说明它收到了 KILL：docker stop 等不及了，或者内存不够了。',
					},
				},
				{
					text: {en: '0: it did what it was told', zh: '0：它照吩咐做完了'},
					evidence: /^0$/m,
					because: {
						en: 'It never came to exit(0): the signal ended it before. {output}',
						zh: '它没有机会执行 exit(0)，信号先终止了它。{output}',
					},
				},
				{
					text: {en: '-9', zh: '-9'},
					evidence: /^-9$/m,
					because: {
						en: 'Python’s subprocess says it so. A shell’s $? is never negative: {output}',
						zh: 'Python 的 subprocess 是这样表示的。shell 的 $? 从不为负：{output}',
					},
				},
			],
			run: "sh -c 'kill -KILL $$'; echo $?",
		}),

		start: doStep({
			goal: {en: '/srv/harbour/ship runs and ends with 0.', zh: '/srv/harbour/ship 能运行，并以 0 结束。'},
			command: '/srv/harbour/ship; echo $?',
			check: shipRuns,
			diagnose: [
				{
					when: async world => !(await shipIsExecutable(world)),
					tell: {
						en: 'EACCES, 126: the kernel found the file, but no x stands among its permissions. ls -l shows them.',
						zh: 'EACCES，126：内核找到了文件，但它的权限里没有 x。用 ls -l 可以看到。',
					},
				},
				{
					when: async world => (await shipIsExecutable(world)) && !(await shipRuns(world)),
					tell: {
						en: 'ENOENT, 127: ship is there now, but its interpreter isn’t. Which file does its first line name, byte by byte?',
						zh: 'ENOENT，127：ship 已经没问题了，找不到的是它的解释器。第一行写的究竟是哪个文件？请逐字节看。',
					},
				},
			],
			hints: [
				{
					en: 'First the permissions: ls -l. Then the first line, with every byte visible: head -1 … | cat -A.',
					zh: '先看权限：ls -l。再看第一行的每一个字节：head -1 … | cat -A。',
				},
				{
					en: '^M before the line’s end is a carriage return. The kernel looks for a file called “sh” and ^M.',
					zh: '行尾的 ^M 是回车符。内核要找的文件名是“sh”后面再加一个 ^M。',
				},
				{
					en: 'chmod +x gives the permission; sed -i deletes the carriage returns: s/\\r$//.',
					zh: 'chmod +x 加上执行权限；sed -i 删除回车符：s/\\r$//。',
				},
				{
					en: "chmod +x /srv/harbour/ship; sed -i 's/\\r$//' /srv/harbour/ship",
					zh: "chmod +x /srv/harbour/ship; sed -i 's/\\r$//' /srv/harbour/ship",
				},
			],
			solve: [`chmod +x ${harbour}/ship`, `sed -i 's/\\r$//' ${harbour}/ship`, `${harbour}/ship; echo $?`],
		}),

		zombie: doStep({
			goal: {en: 'There is a zombie below your shell.', zh: '你的 shell 之下有一个僵尸进程。'},
			command: "sh -c 'sleep 1 & exec sleep 600' &",
			check: ({family}) => family.some(isZombie),
			diagnose: [
				{
					when: world =>
						!world.family.some(isZombie) &&
						world.family.some(process => process.comm === 'sleep' && parentOf(world, process)?.comm === 'sleep'),
					tell: {
						en: 'Parent and child both run sleep, as they should. The child is still alive: wait until it ends.',
						zh: '父子两个都在运行 sleep，没错。子进程还活着，等它结束就行。',
					},
				},
				{
					when: world =>
						!world.family.some(isZombie) &&
						world.family.some(process => {
							const parent = parentOf(world, process);
							return process.comm === 'sleep' && parent !== undefined && parent.pid !== world.shell?.pid;
						}),
					tell: {
						en: 'The parent is still a shell, and a shell asks how its children ended. Let it become sleep: exec.',
						zh: '父进程还是 shell，而 shell 会去问子进程是怎样结束的。用 exec 让它变成 sleep。',
					},
				},
			],
			hints: [
				{
					en: 'It needs a parent that lives and doesn’t ask, and a child that has ended.',
					zh: '需要一个活着却不来问的父进程，和一个已经结束的子进程。',
				},
				{
					en: 'sh -c with two commands: the first in the background (&), the second by exec.',
					zh: 'sh -c 里放两条命令：第一条放到后台（&），第二条用 exec 执行。',
				},
				{en: "sh -c 'sleep 1 & exec sleep 600' &", zh: "sh -c 'sleep 1 & exec sleep 600' &"},
			],
			solve: ["sh -c 'sleep 1 & exec sleep 600' &", 'sleep 1.5; ps -o pid,ppid,stat,args'],
		}),

		immortal: predict({
			question: {en: 'What happens to the zombie?', zh: '这个僵尸进程会怎样？'},
			answers: [
				{
					text: {en: 'it is gone from the list', zh: '它从名单上消失'},
					evidence: /^kill: 0\s*$/,
					because: {
						en: 'What is dead can’t be killed. Its entry waits for wait(2), and a signal isn’t that: {output}',
						zh: '已经死了的，杀不死第二次。它的表项等的是 wait(2)，不是信号：{output}',
					},
				},
				{
					text: {en: 'kill fails: no such process', zh: 'kill 失败：没有这个进程'},
					evidence: /No such process|kill: 1/,
					because: {
						en: 'Its number is still taken, so there is such a process. kill even says that all went well: {output}',
						zh: '进程号还被占着，所以“有”这个进程。kill 甚至报告成功：{output}',
					},
				},
				{
					text: {en: 'kill succeeds, and nothing changes', zh: 'kill 成功，什么也没变'},
					right: true,
					evidence: /^kill: 0\s+Z/,
					because: {
						en: 'Only its parent can bury it, by asking; or who adopts it when the parent ends. So end the parent.',
						zh: '只有父进程来问，才能让它入土；或者父进程结束后，由收养者来问。所以，该结束的是父进程。',
					},
				},
			],
			run: `sh -c 'sleep 0.2 & exec sleep 3' & sleep 1; zombie=$(pgrep -P $!); kill -KILL $zombie; echo "kill: $?"; ps -o stat=,comm= -p $zombie; kill $!`,
		}),

		orphan: predict({
			question: {en: 'Whose child is the orphan?', zh: '孤儿进程成了谁的孩子？'},
			answers: [
				{
					text: {en: 'its grandparent’s, the outer shell’s', zh: '祖父进程，也就是外层的 shell'},
					evidence: /^shell: (\d+)\s+\1 sleep$/m,
					because: {
						en: 'Grandparents have no claim. The kernel gives it to PID 1, or to a nearer process that asked to: {output}',
						zh: '祖父进程没有这个权利。内核把它交给 1 号进程，或者更近处主动请求收养的进程：{output}',
					},
				},
				{
					text: {en: 'of process number 1', zh: '1 号进程'},
					right: true,
					evidence: /^ *1 sleep$/m,
					because: {
						en: 'PID 1 adopts what it never started, and has to bury it. (Or a nearer one that made itself a subreaper, prctl(2).)',
						zh: '1 号进程收养并非自己启动的孩子，还要负责收尸。（更近处若有进程用 prctl(2) 声明自己是 subreaper，则归它。）',
					},
				},
				{
					text: {en: 'nobody’s: its parent’s number is 0', zh: '没有人：父进程号是 0'},
					evidence: /^ *0 sleep$/m,
					because: {
						en: 'Somebody has to ask how it ended, or it would stay a zombie for ever: {output}',
						zh: '总得有人来问它是怎样结束的，否则它会永远是僵尸进程：{output}',
					},
				},
				{
					text: {en: 'it ends together with its parent', zh: '它和父进程一起结束'},
					evidence: /^(?![\s\S]*sleep)/,
					because: {
						en: 'The end of a parent is no signal for its children. This one lives on: {output}',
						zh: '父进程结束，并不会给子进程发信号。它活得好好的：{output}',
					},
				},
			],
			run: `echo "shell: $$"; sh -c 'sleep 3 &'; sleep 0.7; ps -o ppid=,comm= -p $(pgrep -nf '^sleep 3')`,
		}),

		entry: doStep({
			goal: {
				en: 'Started by /srv/harbour/entry, “sleep 4000” is your shell’s own child: nobody stands between.',
				zh: '由 /srv/harbour/entry 启动的“sleep 4000”是你的 shell 的直接子进程，中间没有别人。',
			},
			command: '/srv/harbour/entry &',
			check: serverIsOwnChild,
			diagnose: [
				{
					when: world =>
						!serverIsOwnChild(world) &&
						world.family.some(process => isServer(process) && process.ppid !== world.shell?.pid),
					tell: {
						en: 'Between your shell and the server stands the script’s shell. It gets the signal and tells nobody.',
						zh: '你的 shell 和服务程序之间还隔着运行脚本的 shell。信号到它那里就断了。',
					},
				},
				{
					when: world => !world.family.some(isServer) && world.now.processes.some(isServer),
					tell: {
						en: 'The script’s shell got the signal and ended. The server never heard of it: now it is an orphan.',
						zh: '运行脚本的 shell 收到信号，结束了。服务程序毫不知情，成了孤儿进程。',
					},
				},
			],
			hints: [
				{
					en: 'The script has nothing more to do once the server runs. It needn’t wait: it may become the server.',
					zh: '服务程序一启动，脚本就没事可做了。它不必等着，可以自己变成服务程序。',
				},
				{en: 'One word before sleep in the script’s last line.', zh: '在脚本最后一行的 sleep 前面加一个词。'},
				{
					en: "sed -i 's/^sleep/exec sleep/' /srv/harbour/entry; /srv/harbour/entry &",
					zh: "sed -i 's/^sleep/exec sleep/' /srv/harbour/entry; /srv/harbour/entry &",
				},
			],
			solve: [`sed -i 's/^sleep/exec sleep/' ${harbour}/entry`, `${harbour}/entry &`],
		}),

		key: breakStep({
			panel: 'descriptors',
			goal: {
				en: 'As nobody, copy the key to /tmp/loot. Then mend jail, and get an empty /tmp/loot from the same attack.',
				zh: '以 nobody 的身份把密钥复制到 /tmp/loot；然后修好 jail，同样的攻击只能得到空的 /tmp/loot。',
			},
			weak: {
				solve: [`${harbour}/jail sh -c 'cat > /tmp/loot <&3'`],
				succeeded: lootIsKey,
			},
			fixed: {
				solve: [`sed -i '/\\^F/d' ${harbour}/jail`, `${harbour}/jail sh -c 'cat > /tmp/loot <&3'`],
				withstood: async world => (await lootIsEmpty(world)) && (await jailWorks(world)) && !(await jailLeaks(world)),
			},
			diagnose: [
				{
					when: async world => !(await jailWorks(world)),
					tell: {
						en: 'jail doesn’t start programs as nobody any more. Try: /srv/harbour/jail id',
						zh: 'jail 已经不能以 nobody 的身份启动程序了。试试：/srv/harbour/jail id',
					},
				},
				{
					when: async world => (await lootIsEmpty(world)) && (await jailLeaks(world)),
					tell: {
						en: '/tmp/loot is empty, but the guest still has the key open. Which number has it? jail ls -l /proc/self/fd',
						zh: '/tmp/loot 是空的，但客人手里的密钥还开着。它的编号是几？jail ls -l /proc/self/fd',
					},
				},
				{
					when: async world => (await lootIsKey(world)) && !(await jailLeaks(world)),
					tell: {
						en: 'jail is mended, but /tmp/loot is from before. Mount the attack once more.',
						zh: 'jail 修好了，但 /tmp/loot 还是之前的。再攻击一次。',
					},
				},
			],
			hints: [
				{
					en: 'A number that is open needs no permission any more: sh reads from descriptor 3 by <&3.',
					zh: '已经打开的描述符不再检查权限：在 sh 里用 <&3 从 3 号描述符读取。',
				},
				{
					en: "The attack: /srv/harbour/jail sh -c 'cat > /tmp/loot <&3'",
					zh: "攻击：/srv/harbour/jail sh -c 'cat > /tmp/loot <&3'",
				},
				{
					en: 'The cure is close-on-exec. Perl marks every descriptor above $^F so, and $^F is 2 unless somebody raises it.',
					zh: '药方是 close-on-exec。Perl 给大于 $^F 的描述符都加上这个标志；没人改动的话，$^F 是 2。',
				},
				{
					en: "sed -i '/\\^F/d' /srv/harbour/jail, and the same attack again.",
					zh: "sed -i '/\\^F/d' /srv/harbour/jail，然后再来一次同样的攻击。",
				},
			],
		}),

		write: code({
			exercise: '01-process',
			goal: {en: 'Your process.ts passes its tests.', zh: '你的 process.ts 通过测试。'},
			diagnose: [
				{
					when: ({tests}) => tests?.broken !== undefined,
					tell: {
						en: 'The module can’t be loaded, so no test could run. Mend this first: the message says which line.',
						zh: '模块加载失败，一个测试也没能运行。先修这个：错误信息里有行号。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.message.includes('write me: closeOnExec') ?? false,
					tell: {
						en: 'startProcess() calls closeOnExec() before each fork, so nothing can be started until it is written.',
						zh: 'startProcess() 每次 fork 之前都调用 closeOnExec()，不写好它，什么程序都启动不了。',
					},
				},
				{
					when: ({tests}) =>
						tests?.firstFailure?.test.startsWith('startProcess() gives the child the listed descriptors') ?? false,
					tell: {
						en: 'A child still has a descriptor that was not listed. Which one: mark all from `first` on, to the highest there is.',
						zh: '子进程里还有不该有的描述符。要标记的是从 `first` 开始直到最大编号的全部描述符。',
					},
				},
				{
					when: ({tests}) => tests?.firstFailure?.test.startsWith('closeOnExec() spares') ?? false,
					tell: {
						en: 'Those before `first` must stay as they are: 0, 1 and 2 belong to the child.',
						zh: '`first` 之前的要保持原样：0、1、2 是留给子进程的。',
					},
				},
			],
			hints: [
				{
					en: 'Begin with the two that only count: shellExitCode and startFailureExitCode.',
					zh: '先写两个只做计算的：shellExitCode 和 startFailureExitCode。',
				},
				{
					en: 'shellExitCode: signal === null ? code : 128 + signalNumber(signal). startFailureExitCode: isErrno(error, …).',
					zh: 'shellExitCode：signal === null ? code : 128 + signalNumber(signal)。startFailureExitCode：isErrno(error, …)。',
				},
				{
					en: 'closeOnExec: one call marks a whole range, close_range(2) with CLOSE_RANGE_CLOEXEC = 4.',
					zh: 'closeOnExec：close_range(2) 加上 CLOSE_RANGE_CLOEXEC = 4，一次调用就能标记整个范围。',
				},
				{
					en: "call('close_range', [first, 0xffffffff, 4]). The rest is in solutions/01-process/process.ts.",
					zh: "call('close_range', [first, 0xffffffff, 4])。其余见 solutions/01-process/process.ts。",
				},
			],
		}),

		elsewhere: read({command: 'drydock run --rm --mine process host sh'}),
		end: read(),
	},
});
