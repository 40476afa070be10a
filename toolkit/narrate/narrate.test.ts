import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {needsRoot} from '#kernel/testing';
import {until} from '#observe/testing';
import {collect, processesOf, processesSeenByStrace, withoutOrder} from './testing.ts';

const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'narrate-test-'));
after(() => rmSync(folder, {recursive: true, force: true}));

const cgroup = `${['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find(path => existsSync(path))}/narrate-test-${process.pid}`;
const inCgroup = (script: string): readonly string[] => ['sh', '-c', `${script}; rmdir ${cgroup}`];
const alone = (script: string): readonly string[] => ['unshare', '--mount', 'sh', '-c', script];
const offline = (script: string): readonly string[] => ['unshare', '--net', 'sh', '-c', script];

/** mount(2)'s successors have no program yet that is everywhere: their numbers are the same on all machines. */
const newMountCalls = `
import ctypes
call = ctypes.CDLL(None).syscall
fs = call(430, b'tmpfs', 0)
call(431, fs, 1, b'size', b'1m', 0)
call(431, fs, 6, None, None, 0)
mount = call(432, fs, 0, 0)
call(429, mount, b'', -100, b'/mnt', 4)
call(442, -100, b'/mnt', 0, (ctypes.c_ulonglong * 4)(1, 0, 0, 0), 32)
call(429, mount, b'', -100, b'/nosuch', 4)
`;

/** One of its own: what podman does depends on what another podman has left, and other tests use that too. */
const podmanStore = ['--root', join(folder, 'podman'), '--runroot', join(folder, 'podman-run')];

const commands: readonly (readonly string[])[] = [
	['true'],
	['sh', '-c', 'exit 3'],
	['sh', '-c', 'kill -TERM $$'],
	['sh', '-c', "sh -c 'kill -KILL $$'; kill -TERM 999999999"],
	['sh', '-c', 'echo one | cat | wc'],
	['sh', '-c', 'nosuchprogram; env nosuchprogram'],
	['env', '-i', 'setsid', '--wait', 'true'],
	['timeout', '5', 'true'],
	['unshare', '--mount', 'true'],
	['unshare', '--uts', 'hostname', 'boat'],
	['unshare', '--uts', 'hostname', 'x'.repeat(65)],
	['unshare', '--ipc', 'true'],
	['unshare', '--net', 'true'],
	['unshare', '--cgroup', 'true'],
	['unshare', '--pid', '--fork', 'sh', '-c', 'exit 4'],
	['unshare', '--pid', '--fork', '--kill-child', 'true'],
	['unshare', '--pid', 'sh', '-c', '/bin/true; /bin/true; exit 5'],
	['unshare', '--user', '--map-root-user', 'true'],
	['unshare', '--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--mount-proc', 'true'],
	['unshare', '--mount', '--propagation', 'unchanged', 'true'],
	['unshare', '--mount', '--propagation', 'slave', 'true'],
	['sh', '-c', 'nsenter --target $$ --mount --net --uts true'],
	['nsenter', '--target', '1', '--user', 'true'],
	alone('mount -t tmpfs boat /mnt && umount /mnt'),
	alone('mount --bind /etc /mnt && mount -o remount,bind,ro /mnt'),
	alone('mount --rbind /dev /mnt; umount --lazy /mnt'),
	alone('mount -t tmpfs x /mnt && mkdir /mnt/a /mnt/b && mount -t tmpfs y /mnt/a && mount --move /mnt/a /mnt/b'),
	alone('mount --make-rshared /; mount --make-rprivate /; mount --make-slave /; mount --make-unbindable /'),
	alone('mount -t nosuchkind x /mnt; mount --bind /nosuch /mnt; umount /mnt'),
	alone('mount -t tmpfs x /mnt && mkdir /mnt/old && pivot_root /mnt /mnt/old; pivot_root /mnt /mnt'),
	alone(`mount -t overlay x -o lowerdir=/etc:/usr /mnt; mknod ${folder}/null c 1 3; rm -f ${folder}/null`),
	['chroot', '/', 'true'],
	['chroot', '/nosuch', 'true'],
	offline('ip link add boat type veth peer name pier; ip link set boat up; ip link set pier address 02:00:00:00:00:01'),
	offline(
		'ip link add b0 type bridge; ip link add v0 type veth; ip link set v0 master b0; ip link set v0 nomaster; ip link del b0',
	),
	offline(
		'ip addr add 10.9.0.1/24 dev lo; ip addr add 10.9.0.1/24 dev lo; ip link set lo up; ip -6 addr add fd00::1/64 dev lo',
	),
	offline('ip link set lo up; ip route add 10.8.0.0/16 dev lo; ip route del 10.8.0.0/16; ip route del 10.8.0.0/16'),
	offline('ip link add v0 type veth; ip link add v0 type veth; ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0'),
	offline('nft add table ip boat; nft add chain ip boat c; nft add rule ip boat c counter; nft delete table ip nosuch'),
	offline('iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE; iptables -t nat -F'),
	alone('mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; echo x > /proc/sys/kernel/hostname'),
	offline('echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward'),
	alone('mount -t tmpfs x /run; ip netns add boat; ip netns exec boat ip link set lo up; ip netns del boat'),
	inCgroup(`mkdir ${cgroup}; mkdir ${cgroup}`),
	inCgroup(
		`mkdir ${cgroup}; echo 5 > ${cgroup}/pids.max; echo many > ${cgroup}/pids.max; echo 6 | tee ${cgroup}/pids.max`,
	),
	inCgroup(`mkdir ${cgroup}; sh -c 'echo $$ > ${cgroup}/cgroup.procs; true'; /bin/echo 7 > ${cgroup}/pids.max`),
	['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'true'],
	['setpriv', '--no-new-privs', '--bounding-set=-net_raw,-sys_ptrace', '--inh-caps=-all', 'true'],
	['setpriv', '--reuid', '65534', '--clear-groups', 'sh', '-c', 'unshare --net true; hostname nobody'],
	['prlimit', '--nofile=100:200', 'true'],
	['capsh', '--drop=cap_sys_admin', '--', '-c', 'true'],
	['setsid', '--wait', 'sh', '-c', 'kill -0 $$; kill -USR1 $$'],
	['unshare', '--mount', 'python3', '-c', newMountCalls],
	['docker', 'version'],
	['podman', ...podmanStore, 'version'],
	['runc', '--root', join(folder, 'runc'), 'run', '--bundle', join(folder, 'bundle'), 'narrate-test'],
];

/** A bundle of the machine's own programs, for runc. */
function makeBundle(): void {
	const root = join(folder, 'bundle/rootfs');
	mkdirSync(root, {recursive: true});
	spawnSync('runc', ['spec', '--bundle', join(folder, 'bundle')]);
	const bind = (path: string) => ({destination: path, type: 'bind', source: path, options: ['rbind', 'ro']});
	const file = join(folder, 'bundle/config.json');
	const {mounts, process, ...rest} = JSON.parse(spawnSync('cat', [file]).stdout.toString());
	const places = ['/bin', '/usr', '/lib', '/lib64'].filter(path => existsSync(path)).map(bind);
	writeFileSync(
		file,
		JSON.stringify({...rest, process: {...process, terminal: false, args: ['true']}, mounts: [...mounts, ...places]}),
	);
	chmodSync(folder, 0o755);
}

for (const command of commands) {
	const programs = [
		'strace',
		...['docker', 'podman', 'runc', 'capsh', 'python3', 'setpriv'].filter(name => command.includes(name)),
	];
	for (const tool of ['ip', 'nft', 'iptables']) if (command.at(-1)!.startsWith(`${tool} `)) programs.push(tool);
	const missing = programs.find(name => !isThere(name));
	const skip = needsRoot.skip || (missing === undefined ? false : `${missing} is not installed`);
	test(`traceCommand() tells of \`${command.join(' ').slice(0, 120)}\` what strace sees`, {skip}, async () => {
		if (command[0] === 'runc') makeBundle();
		// It makes its store the first time.
		if (command[0] === 'podman') spawnSync('podman', [...podmanStore, 'version']);
		const form = /^(runc|docker|podman)$/.test(command[0]!)
			? withoutOrder
			: (processes: readonly string[]) => processes;
		const seen = form(processesSeenByStrace(command));
		assert.deepEqual(form(processesOf((await collect(command)).calls)), seen, 'with the filter');
		assert.deepEqual(
			form(processesOf((await collect(command, {filter: false})).calls)),
			seen,
			'with a stop at each call',
		);
	});
}

test('traceCommand() tells a death after the signal that it came from, whichever is seen first', async () => {
	const kills = 20;
	// The kernel tells of the tracer's own child first, so somebody else has to kill.
	const script = `(for number in $(seq ${kills}); do sleep 600 & sleep 0.02; kill $!; wait $!; done); exit 0`;
	const {calls} = await collect(['sh', '-c', script]);
	const order = calls.map(({call}) => call).filter(call => call === 'kill' || call === 'killed');
	assert.deepEqual(
		order,
		Array.from({length: 2 * kills}, (_, index) => (index % 2 === 0 ? 'kill' : 'killed')),
	);
});

/** A tracer that is busy when its signals come: the alarm's, and the one that should end it. */
const busy = `
	import {traceProcess} from ${JSON.stringify(join(import.meta.dirname, 'narrate.ts'))};
	let isFirst = true;
	const end = traceProcess(Number(process.argv[1]), {
		onCall: () => {
			if (!isFirst) return;
			isFirst = false;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
			process.kill(process.pid, 'SIGTERM');
		},
	});
	process.stdout.write('traced ');
	console.log(JSON.stringify(await end));
`;

test('traceProcess() lets go on a signal that came while it looked', needsRoot, async () => {
	const shell = spawn('setsid', ['sh', '-i'], {stdio: ['pipe', 'ignore', 'ignore']});
	const evaluate = ['--import', 'tsx', '--input-type=module', '--eval', busy, String(shell.pid)];
	const tracer = spawn(process.execPath, evaluate, {stdio: ['ignore', 'pipe', 'inherit']});
	let said = '';
	tracer.stdout.setEncoding('utf8').on('data', text => {
		said += text;
	});
	try {
		await until(() => said.startsWith('traced'));
		shell.stdin.write('/bin/true\n');
		await until(() => tracer.exitCode !== null);
		assert.equal(said, 'traced {"detached":true}\n');
	} finally {
		tracer.kill('SIGKILL');
		shell.stdin.end();
	}
});

/** A tracer that says what it has seen, and what that took. */
const counting = `
	import {traceProcess} from ${JSON.stringify(join(import.meta.dirname, 'narrate.ts'))};
	const calls = [];
	await traceProcess(Number(process.argv[1]), {
		onCall: ({call, args}) => {
			const text = [call, ...args].join(' ');
			calls.push(text);
			if (text.includes('before')) process.stdout.write('traced ');
		},
		onCost: ({stops}) => console.log(JSON.stringify({stops, calls})),
	});
`;

test(
	'traceProcess() lets a shell that only looks up names run on, and tells what it does after that',
	needsRoot,
	async () => {
		const looks = 20_000;
		const flood = `i=0; while [ $i -lt ${looks} ]; do [ -e /nope ]; i=$((i+1)); done`;
		const shell = spawn('sh', [], {stdio: ['pipe', 'ignore', 'ignore']});
		const evaluate = ['--import', 'tsx', '--input-type=module', '--eval', counting, String(shell.pid)];
		const tracer = spawn(process.execPath, evaluate, {stdio: ['ignore', 'pipe', 'inherit']});
		let said = '';
		tracer.stdout.setEncoding('utf8').on('data', text => {
			said += text;
		});
		try {
			// Again and again, since nobody tells when the tracer is there.
			await until(() => {
				shell.stdin.write('/bin/true before\n');
				return said.startsWith('traced');
			});
			shell.stdin.write(`${flood}; /bin/true after; sleep 2; ulimit -S -c 512\n`);
			shell.stdin.end('exit\n');
			await until(() => tracer.exitCode !== null);
			const {stops, calls} = JSON.parse(said.slice(said.indexOf('{'))) as {stops: number; calls: string[]};
			assert.ok(stops < looks, `${stops} stops`);
			assert.ok(calls.some(call => call.includes('after')));
			// Its own, after the second in which it ran unseen.
			assert.ok(
				calls.some(call => call.startsWith('prlimit64')),
				calls.join('\n'),
			);
		} finally {
			tracer.kill('SIGKILL');
			shell.kill('SIGKILL');
		}
	},
);
