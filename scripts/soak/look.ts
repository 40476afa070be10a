/**
 * All that can be told of a machine, a line each: files, mounts, processes, links, settings … Two machines are the same
 * if their lines are.
 *
 * The surprise: most files need not be read to know that nobody has changed them. Nobody can set a file's ctime, and all
 * machines were continued from one memory, in which it is the same to the nanosecond.
 *
 * Source: inode(7) on ctime.
 * @module
 */
import type {Sandbox} from '#sandbox';

/** The lines of a machine. @throws {Error} if it can't be looked at, or is too slow. */
export async function look(sandbox: Sandbox): Promise<ReadonlySet<string>> {
	const clock = await lookAtClock(sandbox);
	const {stdout, stderr} = await sandbox.exec(['sh', '-c', script], {signal: AbortSignal.timeout(lookMilliseconds)});
	if (stderr !== '') throw new Error(`the machine can’t be looked at: ${stderr.split('\n')[0]}`);
	const [own, ...lines] = stdout.split('\n');
	return new Set([clock, ...lines.filter(line => !byNature.test(line) && !line.startsWith(`process ${own} `))]);
}

/** What one machine has and the other has not. */
export function differences(fresh: ReadonlySet<string>, now: ReadonlySet<string>): readonly string[] {
	return [
		...[...fresh].filter(line => !now.has(line)).map(line => `is missing: ${line}`),
		...[...now].filter(line => !fresh.has(line)).map(line => `is new: ${line}`),
	];
}

const lookMilliseconds = 60_000;
/** The clock may be this wrong: no more than who looks at a watch would notice. */
const lateMilliseconds = 1000;

/**
 * What differs between two looks, though nobody did anything. The boot's number is among it: the kernel draws it when it
 * is first asked for, and the pool that it draws from is stirred after each restore.
 */
const byNature =
	/^$|^setting \/proc\/sys\/(fs\/(dentry-state|inode-nr|inode-state|file-nr|aio-nr)|kernel\/(ns_last_pid|pty\/nr|random\/(boot_id|uuid|entropy_avail))|net\/netfilter\/nf_conntrack_count):|^process .*\[kworker\//;

/** Who looks is of a session of its own, whose number comes first. */
const script = `echo $$
find / /run /tmp /dev /dev/shm /dev/mqueue /var/lib/drydock -xdev \\( -type f -o -type l \\) \
	-printf 'file %p %y %m %U %G %s %T@ %C@ %l\\n' -o -printf 'file %p %y %m %U %G\\n'
find /etc /root /home /usr/local/sbin /opt -xdev -type f -exec sha256sum {} + | sed 's/^/content /'
sed 's/^/mount /' /proc/self/mountinfo
ps -e -o sid=,pid=,ppid=,user=,ni=,args= | sed 's/^ */process /'
readlink /proc/1/ns/* /proc/$PPID/ns/* | sed 's/^/namespace /'
sed 's/^/limit /' /proc/1/limits
ip -o link | sed 's/^/link /'
ip -o address | sed 's/^/address /'
ip route show table all | sed 's/^/route /'
nft list ruleset | sed 's/^/rule /'
find /sys/fs/cgroup -type d -printf 'cgroup %p\\n'
grep -H '' $(find /sys/fs/cgroup -name cgroup.subtree_control) | sed 's/^/cgroup /'
cut -d ' ' -f 1,2 /proc/modules | sed 's/^/module /'
ls /sys/block | sed 's/^/disk /'
sed 's/^/swap /' /proc/swaps
grep -H '' /proc/sysvipc/* | sed 's/^/ipc /'
find /proc/sys -type f -perm /444 -exec grep -sH '' {} + 2>/dev/null | sed 's/^/setting /'
true`;

async function lookAtClock(sandbox: Sandbox): Promise<string> {
	const earliest = Date.now();
	const {stdout} = await sandbox.exec(['date', '+%s.%N'], {signal: AbortSignal.timeout(lookMilliseconds)});
	const milliseconds = Number(stdout) * 1000;
	const wrong = Math.max(earliest - milliseconds, milliseconds - Date.now(), 0);
	return wrong < lateMilliseconds ? 'clock right' : `clock ${Math.round(wrong / 1000)} s wrong`;
}
