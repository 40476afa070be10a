/**
 * What the tests of narration share: the same command seen by us and by strace, brought into one form.
 *
 * strace's text is read by rules of its own, written from its man page and not from our decoders: where both see the same
 * calls with the same answers, neither is likely to be wrong.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {formatCall} from '#kernel/error';
import {traceCommand} from './narrate.ts';
import type {TracedCall, TraceEnd, TraceOptions} from './traced-call.ts';

/** What one process did: its calls in their order, and its messages to the network in theirs. */
export interface Deeds {
	readonly calls: readonly string[];
	readonly messages: readonly string[];
}

/** Runs a command without output, and collects what is told of it. */
export async function collect(
	command: readonly string[],
	options: Partial<TraceOptions> = {},
): Promise<{readonly end: TraceEnd; readonly calls: readonly TracedCall[]}> {
	const calls: TracedCall[] = [];
	const end = await traceCommand(silent(command), {...options, onCall: call => calls.push(call)});
	return {end, calls};
}

/** The processes of told calls, each as one text, in an order that doesn't depend on who came first. */
export function processesOf(calls: readonly TracedCall[]): readonly string[] {
	const byPid = Map.groupBy(calls, ({pid}) => pid);
	return [...byPid.values()].map(all => asText(deedsOf(all))).sort();
}

/** The same of what strace sees of a command. */
export function processesSeenByStrace(command: readonly string[]): readonly string[] {
	const folder = mkdtempSync(join(tmpdir(), 'narrate-'));
	try {
		const file = join(folder, 'strace');
		const options = ['-f', '-y', '-s', '4096', '-e', `trace=${traced.join(',')}`, '-o', file];
		spawnSync('strace', [...options, ...silent(command)], {stdio: 'ignore'});
		const lines = joined(readFileSync(file, 'utf8').split('\n'));
		const byPid = Map.groupBy(lines, line => line.slice(0, line.indexOf(' ')));
		return [...byPid.values()]
			.map(all => deedsInLines(all.map(line => line.slice(line.indexOf(' ')).trim())))
			.filter(({calls, messages}) => calls.length > 1 || messages.length > 0 || /^killed/.test(calls[0] ?? ''))
			.map(asText)
			.sort();
	} finally {
		rmSync(folder, {recursive: true});
	}
}

function silent(command: readonly string[]): readonly string[] {
	return ['sh', '-c', 'exec "$@" </dev/null >/dev/null 2>&1', 'sh', ...command];
}

/**
 * All calls of all processes without what differs from one run to the next in a program with threads: which thread makes
 * them (strace tells threads apart, we tell processes), which comes first, and names by chance. Directories in a rootfs
 * only look like cgroups in strace's text.
 */
export function withoutOrder(processes: readonly string[]): readonly string[] {
	return processes
		.flatMap(text => text.split('\n'))
		.filter(line => !/^(mkdirat|unlinkat|write|kill|exit_group)\b/.test(line))
		.map(line => line.replace(/\(.*\)/, ''))
		.sort();
}

function asText({calls, messages}: Deeds): string {
	return [...calls, ...messages].join('\n');
}

/** Calls whose arguments must be the same, too: those that don't hold numbers of processes or descriptors. */
const compared = /^(mount|umount2|unshare|pivot_root|chroot|setresuid|setgroups|fsopen|exit_group|killed)$/;

function deedsOf(calls: readonly TracedCall[]): Deeds {
	const isMessage = ({call}: TracedCall): boolean => /^(RTM|NFT)_/.test(call);
	return {
		calls: calls
			.filter(call => !isMessage(call))
			.map(call => oneCall(call.call, formatCall(call.call, call.args), call)),
		messages: calls.filter(call => isMessage(call) && !call.looks).map(({call, errno}) => `${call} ${errno ?? 'done'}`),
	};
}

function oneCall(name: string, text: string, {result, errno}: {result: number; errno?: string | undefined}): string {
	const shown = compared.test(name) ? normal(text) : name;
	if (name === 'exit_group' || name === 'killed') return shown;
	return `${shown} = ${errno ?? (result === 0 ? '0' : 'more')}`;
}

/** Flags in the order of the alphabet; what is nothing is nothing, however it is written. */
function normal(text: string): string {
	return (
		text
			.replace(/\b[A-Z_]+(\|[A-Z_]+)+/g, flags => flags.split('|').sort().join('|'))
			// strace doesn't read the kind of a file system where mount(2) doesn't either.
			.replaceAll(/"none"|""|\[\]|0x[0-9a-f]{6,}/g, 'NULL')
			.replaceAll(/, +/g, ', ')
	);
}

const traced = [
	...[
		'execve',
		'execveat',
		'unshare',
		'setns',
		'/^(clone|v?fork)',
		'/^open(at)?$',
		'creat',
		'mount',
		'umount2',
		'pivot_root',
		'chroot',
	],
	...['open_tree', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr', 'setuid', 'setgid'],
	...['setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups', 'capset', 'prctl', 'seccomp', 'prlimit64'],
	...['sethostname', 'setdomainname', 'bpf', 'kill', 'pidfd_send_signal', 'setsid', '/^mkdir', '/^rmdir', 'unlinkat'],
	...['/^mknod', 'write', 'pwrite64', 'writev', 'sendto', 'sendmsg', 'recvmsg', 'recvfrom'],
];

/** Puts calls together that strace tells in two lines, because another process's came between. */
function joined(lines: readonly string[]): readonly string[] {
	const begun = new Map<string, string>();
	const found: string[] = [];
	for (const line of lines) {
		const pid = line.slice(0, line.indexOf(' '));
		const resumed = /^\d+ +<\.\.\. \w+ resumed>(.*)$/.exec(line);
		if (line.endsWith('<unfinished ...>')) begun.set(pid, line.slice(0, -'<unfinished ...>'.length));
		else if (resumed !== null) found.push(`${begun.get(pid) ?? `${pid} lost(`}${resumed[1]}`);
		else if (line !== '' && !/^\d+ +---/.test(line)) found.push(line);
	}
	return found;
}

function deedsInLines(lines: readonly string[]): Deeds {
	const calls: string[] = [];
	const messages: string[] = [];
	const asked = new Map<string, string | number>();
	let failedExec: string | undefined;
	for (const line of lines) {
		const ended = /^\+\+\+ (?:exited with (\d+)|killed by (\w+).*) \+\+\+$/.exec(line);
		if (ended !== null) {
			if (failedExec !== undefined) calls.push(failedExec);
			calls.push(ended[1] === undefined ? `killed(${ended[2]})` : `exit_group(${ended[1]})`);
			continue;
		}
		const [, name = '', args = '', answer = ''] = /^(\w+)\((.*)\) += (-?\d+(?: E\w+)?|0x\w+)/.exec(line) ?? [];
		const errno = /E[A-Z]+$/.exec(answer)?.[0];
		const result = Number.parseInt(answer, 10);
		if (/^(send|recv)/.test(name)) readMessages(name, args, messages, asked);
		else if (name.startsWith('execve')) {
			failedExec = errno === undefined ? undefined : oneCall(name, '', {result, errno});
			if (errno === undefined) calls.push(oneCall(name, '', {result}));
		} else if (isTold(name, args, errno)) {
			const told = /^(pwrite64|writev)$/.test(name) ? 'write' : name === 'clone3' ? 'clone' : name;
			calls.push(oneCall(told, `${name}(${args})`, {result, ...(errno === undefined ? {} : {errno})}));
		}
	}
	return {calls, messages};
}

function isTold(name: string, args: string, errno: string | undefined): boolean {
	switch (name) {
		case 'clone':
		case 'clone3':
			return args.includes('CLONE_NEW') || (errno !== undefined && !args.includes('CLONE_THREAD'));
		case 'fork':
		case 'vfork':
			return errno !== undefined;
		case 'open':
		case 'openat':
		case 'creat':
			return errno !== undefined && /"\/(proc|sys)\/.*O_(WRONLY|RDWR)/.test(args);
		case 'mkdir':
		case 'rmdir':
		case 'mkdirat':
			return args.includes('/sys/fs/cgroup');
		case 'unlinkat':
			return args.includes('/sys/fs/cgroup') && args.includes('AT_REMOVEDIR');
		case 'mknod':
		case 'mknodat':
			return /S_IF(CHR|BLK)/.test(args);
		case 'write':
		case 'pwrite64':
		case 'writev':
			return /^\d+<\/(sys|proc)\//.test(args);
		case 'kill':
		case 'pidfd_send_signal':
			return !/, 0(,|$)/.test(args);
		case 'prctl':
			return /^PR_(SET_(PDEATHSIG|DUMPABLE|KEEPCAPS|SECCOMP|SECUREBITS|CHILD_SUBREAPER|NO_NEW_PRIVS)|CAPBSET_DROP|CAP_AMBIENT(?!, PR_CAP_AMBIENT_IS_SET))\b/.test(
				args,
			);
		case 'seccomp':
			return args.startsWith('SECCOMP_SET_MODE');
		case 'prlimit64':
			return !/^\d+, \w+, NULL/.test(args);
		case 'bpf':
			return /^BPF_(PROG_(LOAD|ATTACH|DETACH)|LINK_CREATE)/.test(args);
		default:
			return name !== '';
	}
}

/** Names for what strace tells by number, where it can't find out a socket's protocol. */
const messageNames: Readonly<Record<string, string>> = {
	...{'0x10': 'RTM_NEWLINK', '0x11': 'RTM_DELLINK', '0x12': 'RTM_GETLINK', '0x13': 'RTM_SETLINK'},
	...{'0x14': 'RTM_NEWADDR', '0x15': 'RTM_DELADDR', '0x16': 'RTM_GETADDR', '0x18': 'RTM_NEWROUTE'},
	...{'0x19': 'RTM_DELROUTE', '0x1a': 'RTM_GETROUTE', '0x1c': 'RTM_NEWNEIGH', '0x1d': 'RTM_DELNEIGH'},
	...{
		'0xa00': 'NFT_MSG_NEWTABLE',
		'0xa02': 'NFT_MSG_DELTABLE',
		'0xa03': 'NFT_MSG_NEWCHAIN',
		'0xa05': 'NFT_MSG_DELCHAIN',
	},
	...{'0xa06': 'NFT_MSG_NEWRULE', '0xa08': 'NFT_MSG_DELRULE', '0xa09': 'NFT_MSG_NEWSET', '0xa0c': 'NFT_MSG_NEWSETELEM'},
};
const NLMSG_IN_BRACES =
	/nlmsg_len=(\d+), nlmsg_type=(?:NFNL_SUBSYS_NFTABLES<<8\|)?(\w+)(?: \/\*[^*]*\*\/)?, nlmsg_flags=[^,]+, nlmsg_seq=(\d+)[^{]*?\}(?:, \[?\{error=(?:-(E\w+)|0))?/g;
/** The begin and the end of a batch bear numbers that mean links elsewhere; a link's message is never as short. */
const LINK_BYTES = 32;

/** Requests that change something, and those that were refused, each with the answer that bears its number. */
function readMessages(name: string, args: string, messages: string[], asked: Map<string, string | number>): void {
	for (const [, length, number = '', sequence = '', errno] of args.matchAll(NLMSG_IN_BRACES)) {
		if (name.startsWith('send')) {
			const type = messageNames[number] ?? number;
			const isMark = /^RTM_...LINK$/.test(type) && Number(length) < LINK_BYTES;
			// With its number 0 ip(8) asks whether such requests are known at all.
			const isProbe = type === 'RTM_NEWLINK' && Number(length) === LINK_BYTES && sequence === '0';
			if (isProbe || isMark || !/^(RTM|NFT_MSG)_/.test(type)) continue;
			const isChange = /^(RTM|NFT_MSG)_(NEW|DEL|SET)/.test(type);
			asked.set(sequence, isChange ? messages.push(`${type} done`) - 1 : type);
		} else if (errno !== undefined) {
			const index = asked.get(sequence);
			const refused = errno === 'EOPNOTSUPP' ? 'ENOTSUP' : errno;
			if (typeof index === 'number') messages[index] = messages[index]!.replace(/ \w+$/, ` ${refused}`);
			else if (index?.startsWith('RTM_')) messages.push(`${index} ${refused}`);
		}
	}
}
