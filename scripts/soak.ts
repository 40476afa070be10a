/**
 * `npm run soak -- [N]`: ruins N machines (default 20), each by one of a learner's worst, and looks whether the next
 * one is as good as new. It is compared with the first one file by file, and object by object.
 *
 *     fresh ──▶ look ──▶ ruin ──▶ renew ──▶ look: the same? ──▶ ruin …
 *
 * All happens in directories of its own, so at the end there must be nothing in them but the template.
 * @module
 */
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {qemuSandbox} from '../sandbox-vm/qemu/qemu.ts';
import {median} from './bench/measure.ts';

/** What learners do to a machine. Some of it answers, some never does: nobody waits longer than `ruinMilliseconds`. */
const worst: readonly (readonly [name: string, script: string])[] = [
	['rm -rf /*', 'rm -rf /*'],
	['fork bomb', 'bomb() { bomb | bomb & }; bomb; sleep 60'],
	['panic by sysrq', 'echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 60'],
	['out of memory', 'for i in 1 2 3 4; do tail /dev/zero & done; wait'],
	['full root', 'dd if=/dev/zero of=/full bs=1M; dd if=/dev/zero of=/tmp/full bs=1M'],
	['agent killed', 'pkill -9 -f agent.cjs; sleep 60'],
	['kill -9 -1', 'kill -9 -1; sleep 60'],
	['links deleted', 'ip link set lo down; for l in $(ls /sys/class/net); do ip link delete $l; done'],
	['1970', 'date -s 1970-01-02; hostname lost; mount -t tmpfs none /usr'],
];
const ruinMilliseconds = 2500;
/** A machine that doesn't answer within this is no good. */
const lookMilliseconds = 60_000;

/**
 * Files with kind, mode, owner, size and the target of links, the content of those that a system stands on, mounts, links,
 * processes. What differs by nature is left out: the processes that look, times, /proc, /sys.
 */
const lookScript = `date +%s
find / -xdev -printf 'file %p %y %m %u %g %s %l\\n' | grep -av '^file /var/lib/drydock' | sort
find /run /tmp /dev /var/lib/drydock -xdev ! -path '/dev/pts/*' -printf 'also %p %y %m %l\\n' | sort
find /etc /usr/local/sbin /opt -xdev -type f -exec sha256sum {} + | sort -k 2
hostname
sed 's/^/mount /' /proc/mounts
ip -o link | sed 's/^/link /'
ip -o address | sed 's/^/address /'
for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' < $p/cmdline); [ -z "$c" ] || echo "process \${p#/proc/} $c"; done 2>/dev/null |
	grep -aEv 'process [0-9]+ (sh -c date|tr |grep )' | sed -E 's/^process [0-9]{3,} /process N /' | sort
find /sys/fs/cgroup -type d -printf 'cgroup %p\\n' | sort`;

const {positionals} = parseArgs({allowPositionals: true});
const rounds = Number(positionals[0] ?? 20);
const directory = mkdtempSync(join(tmpdir(), 'ds-'));
Object.assign(process.env, {DRYDOCK_STATE: join(directory, 'state'), DRYDOCK_DATA: join(directory, 'data')});
const sandbox = qemuSandbox();
const renewals: number[] = [];
let faults: readonly string[] = [];

try {
	await sandbox.up();
	const fresh = await look();
	console.log(`fresh: ${fresh.length} files, processes, mounts and links`);
	for (let round = 0; round < rounds; round++) await ruinAndCompare(round, fresh);
} catch (error) {
	faults = [...faults, String(error)];
	console.error(error);
} finally {
	await sandbox.destroy();
}
faults = [...faults, ...leftovers()];
rmSync(directory, {recursive: true, force: true});
console.log(
	`${renewals.length} resets: median ${median(renewals).toFixed(0)} ms, worst ${Math.max(...renewals).toFixed(0)} ms, to the first command's output`,
);
for (const fault of faults) console.log(`✗ ${fault}`);
console.log(faults.length === 0 ? 'every machine was pristine, and nothing is left' : `${faults.length} faults`);
process.exitCode = faults.length === 0 && renewals.length === rounds ? 0 : 1;

async function ruinAndCompare(round: number, fresh: readonly string[]): Promise<void> {
	const [name, script] = worst[round % worst.length]!;
	const answer = await sandbox.exec(['sh', '-c', script], {signal: AbortSignal.timeout(ruinMilliseconds)}).then(
		({exitCode}) => `ended with ${exitCode}`,
		(error: Error) => error.message.slice(0, 40),
	);
	const start = performance.now();
	await sandbox.renew();
	await sandbox.exec(['true']);
	const milliseconds = performance.now() - start;
	renewals.push(milliseconds);
	const differences = differencesOf(fresh, await look());
	faults = [...faults, ...differences.slice(0, 5).map(line => `after ${name}: ${line}`)];
	const verdict = differences.length === 0 ? 'pristine' : `${differences.length} differences`;
	console.log(
		`${String(round + 1).padStart(4)}  ${name.padEnd(15)} ${answer.padEnd(42)} ${milliseconds.toFixed(0).padStart(5)} ms  ${verdict}`,
	);
}

/** All that can be told of a machine, a line each. The clock must be right, so it is no part of it. */
async function look(): Promise<readonly string[]> {
	const {stdout, stderr} = await sandbox.exec(['sh', '-c', lookScript], {
		signal: AbortSignal.timeout(lookMilliseconds),
	});
	if (stderr !== '') throw new Error(`a machine can't be looked at: ${stderr.split('\n')[0]}`);
	const [seconds, ...lines] = stdout.split('\n');
	const late = Math.abs(Date.now() / 1000 - Number(seconds));
	return late < 10 ? lines : [...lines, `clock ${late.toFixed(0)} s wrong`];
}

function differencesOf(fresh: readonly string[], now: readonly string[]): readonly string[] {
	const [before, after] = [new Set(fresh), new Set(now)];
	return [
		...fresh.filter(line => !after.has(line)).map(line => `is missing: ${line}`),
		...now.filter(line => !before.has(line)).map(line => `is new: ${line}`),
	];
}

/** What is left of our machines: processes with our directory in their command line, and files. */
function leftovers(): readonly string[] {
	const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name) && commandLine(name).includes(directory));
	const files = ['state/machines', 'data/machines/docks'].flatMap(name =>
		readdirSync(join(directory, name)).map(file => join(name, file)),
	);
	return [...processes.map(pid => `process ${pid} is left`), ...files.map(file => `${file} is left`)];
}

function commandLine(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		// It has ended meanwhile.
		return '';
	}
}
