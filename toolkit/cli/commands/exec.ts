/**
 * `drydock exec`: one more program in a container that runs.
 * @module
 */
import {execRequest, spawnFailure, sweep} from '#engine';
import {shellExitCode} from '#process';
import {canExecHere, execHere, execInContainer} from '#runtime';
import {narrationFor} from '../narration.ts';
import {writeError} from '../output.ts';
import {collect, commandParser, parsed} from '../parse.ts';
import {relayTerminal} from '../relay.ts';
import {terminalSize} from '../terminal.ts';
import {UsageError} from '../usage-error.ts';

interface ExecOptions {
	readonly detach?: boolean;
	readonly interactive?: boolean;
	readonly tty?: boolean;
	readonly env?: readonly string[];
	readonly workdir?: string;
	readonly user?: string;
	readonly privileged?: boolean;
	readonly explain?: boolean;
	readonly explainAll?: boolean;
	readonly detachKeys?: string;
}

/** Runs the command. @returns the program's exit code. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('exec', 'Run a program in a container that runs.', {passThrough: true})
		.usage('[OPTIONS] CONTAINER COMMAND [ARG...]')
		.argument('<container>')
		.argument('<command...>')
		.option('-d, --detach', 'Leave it running in the background')
		.option('-i, --interactive', 'Give it our standard input')
		.option('-t, --tty', 'Give it a terminal')
		.option('-e, --env <name=value>', 'Set an environment variable', collect)
		.option('-w, --workdir <path>', 'The directory to start in')
		.option('-u, --user <name|uid[:group|gid]>', 'Whom to run as')
		.option('--privileged', 'Hold back no capability')
		.option('--detach-keys <keys>', 'Keys that leave it running: ctrl-p,ctrl-q')
		.option('--explain', 'Tell of each step and system call while it happens')
		.option('--explain-all', 'Tell also of calls that only look');
	return parsed(parser, args, async () => {
		const [container = '', ...command] = parser.args;
		const options = parser.opts<ExecOptions>();
		if (options.tty === true && options.interactive === true && options.detach !== true && !process.stdin.isTTY) {
			throw new UsageError('the input device is not a TTY: leave out -t, or run it in a terminal');
		}
		sweep();
		return execute(container, command, options);
	});
}

async function execute(container: string, command: readonly string[], options: ExecOptions): Promise<number> {
	const request = execRequest(container, {
		...options,
		command,
		...(options.tty === true ? {consoleSize: terminalSize()} : {}),
	});
	const input = options.interactive === true && options.detach !== true ? 0 : 'ignore';
	const output = options.detach === true ? (['ignore', 'ignore'] as const) : ([1, 2] as const);
	const how = {
		...(await narrationFor(options)),
		descriptors: [input, ...output] as const,
	};
	try {
		if (options.detach !== true && canExecHere(request)) process.exit(shellExitCode(execHere(request, how)));
		const {child, ended, terminal} = await execInContainer(request, how);
		if (options.detach === true) {
			child.unref();
			process.exit(0);
		}
		if (terminal !== undefined) return await relayTerminal(terminal, ended, options);
		return shellExitCode(await ended);
	} catch (error) {
		const failure = spawnFailure(error, command[0] ?? '');
		writeError(`drydock: ${failure.message}\n`);
		// Not by way of the event loop, which may be under the container's filter by now.
		process.exit(failure.exitCode);
	}
}
