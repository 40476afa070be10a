/**
 * `drydock run`: create a container, start it, and stay with it or leave it.
 * @module
 */
import {writeFileSync} from 'node:fs';
import type {Command} from 'commander';
import {type Created, type CreateOptions, createRecordFor, removeContainerData, startDetached, sweep} from '#engine';
import {plainReason} from '#words/file-complaint';
import {runAttached} from '../attached.ts';
import {readEnvFile} from '../env-file.ts';
import {runForeground} from '../foreground.ts';
import {withMine} from '../mine.ts';
import {writeError, writeOut} from '../output.ts';
import {collect, commandParser, parsed} from '../parse.ts';
import {printPlan} from '../plan-view.ts';
import {terminalSize} from '../terminal.ts';
import {UsageError} from '../usage-error.ts';

interface RunOptions extends Omit<CreateOptions, 'image' | 'command' | 'autoRemove' | 'consoleSize'> {
	readonly detach?: boolean;
	readonly rm?: boolean;
	readonly plan?: boolean;
	readonly explain?: boolean;
	readonly explainAll?: boolean;
	readonly net?: string;
	readonly json?: boolean;
	readonly mine?: readonly string[];
	readonly detachKeys?: string;
	readonly sigProxy: boolean;
	readonly cidfile?: string;
	readonly envFile?: readonly string[];
}

/** Runs the command. @returns the program's exit code, or 125, 126, 127 as docker. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = runParser();
	return parsed(parser, args, async () => {
		const [image = '', ...command] = parser.args;
		const options = parser.opts<RunOptions>();
		if ((options.mine ?? []).length > 0 && !process.execArgv.some(flag => flag.includes('exercise-')))
			return withMine(options.mine!, ['run', ...args]);
		requireSense(options);
		sweep();
		const created = await createRecordFor({
			...options,
			env: [...(options.envFile ?? []).flatMap(readEnvFile), ...(options.env ?? [])],
			image,
			command,
			autoRemove: options.rm === true,
			network: options.network ?? options.net,
			...(options.tty === true ? {consoleSize: terminalSize()} : {}),
		});
		if (options.cidfile !== undefined) writeIdFile(options.cidfile, created);
		if (options.plan === true) return printPlan(created, {json: options.json === true});
		if (options.detach !== true) {
			// A terminal can be left with Ctrl-P Ctrl-Q, so its container must not depend on this process.
			return options.tty === true &&
				options.interactive === true &&
				options.explain !== true &&
				options.explainAll !== true
				? runAttached(created, options)
				: runForeground(created, options);
		}
		const failure = await startDetached(created);
		if (failure !== undefined) {
			writeError(`drydock: ${failure.message}\n`);
			return failure.exitCode;
		}
		writeOut(`${created.record.id}\n`);
		return 0;
	});
}

/** @throws {UsageError} if the file exists: it would name another container. */
function writeIdFile(path: string, created: Created): void {
	try {
		writeFileSync(path, created.record.id, {flag: 'wx'});
	} catch (error) {
		removeContainerData(created.record);
		created.owned.release();
		throw new UsageError(`can't write --cidfile ${path}: ${plainReason(error)}`, {cause: error});
	}
}

function requireSense({tty, interactive, detach, plan, json}: RunOptions): void {
	if (tty === true && interactive === true && detach !== true && plan !== true && !process.stdin.isTTY) {
		throw new UsageError('the input device is not a TTY: leave out -t, or run it in a terminal');
	}
	if (json === true && plan !== true) throw new UsageError('--json goes with --plan');
}

/** Docker's options, by docker's names. */
function runParser(): Command {
	const many = [
		['-e, --env <name=value>', 'Set an environment variable'],
		['--env-file <path>', 'Set the variables in this file, one a line'],
		['-v, --volume <source:target[:ro]>', 'Show a file or directory of the host inside, or a named volume'],
		['--tmpfs <target[:options]>', 'Mount a file system in memory'],
		['-p, --publish <[address:]port:port[/proto]>', 'Publish a port on the host'],
		['-l, --label <name=value>', 'Attach a label'],
		['--group-add <group>', 'Join a further group'],
		['--add-host <name:address>', 'Add a line to /etc/hosts'],
		['--dns <address>', 'Use this name server'],
		['--dns-search <domain>', 'Search names in this domain'],
		['--dns-option <option>', 'Set an option of resolv.conf'],
		['--sysctl <name=value>', 'Set a kernel parameter of one of its namespaces'],
		['--cap-add <capability>', 'Give a capability'],
		['--cap-drop <capability>', 'Take a capability away'],
		['--security-opt <option>', 'seccomp=…, no-new-privileges, apparmor=…'],
		['--ulimit <name=soft[:hard]>', 'Set a resource limit of its processes'],
		['--mine <module>', 'Use your own module from exercises/: pid, rootfs, …'],
	] as const;
	const parser = commandParser(
		'run',
		'Create a container and run a program in it.\n\nIMAGE is "host" (a copy-on-write view of this machine), a directory, or a tar file.',
		{passThrough: true},
	)
		.usage('[OPTIONS] IMAGE [COMMAND] [ARG...]')
		.argument('<image>')
		.argument('[command...]')
		.option('-d, --detach', 'Run in the background and print the id')
		.option('-i, --interactive', 'Keep standard input open')
		.option('-t, --tty', 'Give it a terminal')
		.option('--rm', 'Remove it when it ends')
		.option('--name <name>', 'Give it a name')
		.option('-h, --hostname <name>', 'Its host name')
		.option('--domainname <name>', 'Its NIS domain name')
		.option('-w, --workdir <path>', 'The directory to start in')
		.option('-u, --user <name|uid[:group|gid]>', 'Whom to run as')
		.option('--entrypoint <program>', 'The program, before COMMAND')
		.option('--init', 'Run a small init as PID 1, which reaps and passes signals on')
		.option('--read-only', 'Make its root read-only')
		.option('--network <network>', 'bridge, none, host, or container:NAME')
		.option('--net <network>', 'The same as --network')
		.option('--ip <address>', 'A fixed address on the bridge')
		.option('--mac-address <mac>', 'A fixed MAC address')
		.option('--pid <namespace>', 'host, or container:NAME')
		.option('--ipc <namespace>', 'host, or container:NAME')
		.option('--uts <namespace>', 'host')
		.option('--cgroupns <namespace>', 'host, or private')
		.option('--userns <map>', 'host, auto, or maps such as 0:100000:65536')
		.option('-m, --memory <bytes>', 'Memory limit: 512m, 1g')
		.option('--memory-reservation <bytes>', 'Memory that the kernel tries to leave to it')
		.option('--memory-swap <bytes>', 'Limit of memory and swap together; -1: none')
		.option('--cpus <number>', 'CPUs: 0.5, 2')
		.option('-c, --cpu-shares <weight>', 'Weight among those who want the CPU')
		.option('--cpu-period <microseconds>', 'Length of a quota’s period')
		.option('--cpu-quota <microseconds>', 'CPU time in each period')
		.option('--cpuset-cpus <list>', 'CPUs that it may use: 0-2,7')
		.option('--cpuset-mems <list>', 'Memory nodes that it may use')
		.option('--pids-limit <number>', 'Most processes and threads; -1: no limit')
		.option('--blkio-weight <weight>', 'Weight among those who want the disk: 10 to 1000')
		.option('--oom-kill-disable', 'Wait instead of being killed when memory runs out')
		.option('--oom-score-adj <points>', 'Be ended sooner (1000) or later (-1000) when memory runs out')
		.option('--shm-size <bytes>', 'Size of /dev/shm')
		.option('--stop-signal <signal>', 'The signal that asks it to end')
		.option('--privileged', 'Hold back nothing')
		.option('--detach-keys <keys>', 'Keys that leave it running: ctrl-p,ctrl-q')
		.option('--no-sig-proxy', 'Keep signals from it')
		.option('--cidfile <path>', 'Write the id to a new file')
		.option('--plan', 'Print what would be done and why, and do nothing')
		.option('--explain', 'Tell of each step and system call while it happens')
		.option('--explain-all', 'Tell also of calls that only look')
		.option('--json', 'With --plan: print it as JSON');
	for (const [flags, description] of many) parser.option(flags, description, collect);
	return parser;
}
