/**
 * `drydock watch`: tell what the kernel does for a command, call by call.
 * @module
 */

import {closeSync, openSync, readFileSync, writeSync} from 'node:fs';
import {constants} from 'node:os';
import type {Examination} from '#doctor/doctor';
import {isErrno, tolerate} from '#kernel/error';
import {hasLostReader} from '#kernel/poll';
import {kill} from '#kernel/signal';
import {traceCommand, traceProcess} from '#narrate/narrate';
import {encodeReport, idleReport} from '#narrate/report';
import {openTerminalOf} from '#narrate/terminal-writer';
import {type Told, tell} from '#narrate/told';
import type {TraceEnd, TraceOptions} from '#narrate/traced-call';
import {startFailureExitCode} from '#process';
import {plainMessage} from '#words/file-complaint';
import {type Language, languageOf} from '#words/language';
import {writeError, writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {startFailureText} from '../start-failure.ts';
import {costText, noticeText, remarkLines, toldLines} from '../told-text.ts';
import {UsageError} from '../usage-error.ts';
import type {FailureWatch} from '../watch-why.ts';

interface WatchOptions {
	readonly attach?: string;
	readonly report?: string;
	readonly json?: boolean;
	readonly output?: string;
	readonly all?: boolean;
	readonly filter: boolean;
	readonly why?: boolean;
	readonly language: string;
}

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Where told calls go. */
interface Teller {
	/** @param cause of a failure, where one is asked for. */
	tell(told: Told, cause?: Examination): void;
	/** The shell waits for its next line. */
	idle(): void;
	/** What isn't a call. */
	remark(text: string): void;
	close(): void;
}

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('watch', 'Run a command and tell what the kernel does for it, call by call.', {
		passThrough: true,
	})
		.usage('[OPTIONS] -- COMMAND [ARG…]\n       drydock watch [OPTIONS] --attach PID')
		.argument('[command...]')
		.option('--attach <pid>', 'Tell of a process that runs, and of all that it starts from now on')
		.option('--report <way>', 'With --attach: terminal (into its own terminal, for the course) or json')
		.option('--json', 'One JSON object for each call, beside what the command writes to standard error; see -o')
		.option('-o, --output <file>', 'Write to a file instead of standard error')
		.option('--all', 'Tell of every call, also of those that only look')
		.option('--why', 'Tell the true cause of each failure, with its evidence')
		.option('--no-filter', 'Stop at each call: slower, but other tracers work inside')
		.option('--language <language>', 'en or zh', languageOf(process.env));
	return parsed(parser, args, async () => watch(parser.args, parser.opts<WatchOptions>()));
}

async function watch(command: readonly string[], options: WatchOptions): Promise<number> {
	const language = requireLanguage(options.language);
	const pid = options.attach === undefined ? undefined : requirePid(options.attach);
	if ((pid === undefined) === (command.length === 0)) {
		throw new UsageError("needs a command, or --attach and a process number: see 'drydock watch --help'");
	}
	if (options.report !== undefined && (pid === undefined || !['terminal', 'json'].includes(options.report))) {
		throw new UsageError('--report goes with --attach, and is terminal or json');
	}
	const teller = openTeller(options, pid, language);
	// Somebody who types may ask `drydock why` later, so there the last failure is always kept.
	const failures = options.why || pid !== undefined ? await failureWatch(options) : undefined;
	const isBesideCommand = pid === undefined && options.output === undefined;
	let commandPid: number | undefined;
	let isHeard = true;
	const listeners: TraceOptions = {
		all: options.all,
		filter: options.filter,
		// A narrator comes late, and the learner may be in a shell below the shell by then.
		below: options.report === 'terminal',
		onFailure: failures?.onFailure,
		onCall: call => {
			const found = failures?.foundFor(call);
			teller.tell(tell(call), options.why ? found?.examination : undefined);
			commandPid ??= call.pid;
			if (!isBesideCommand || !isHeard || !hasLostReader(STANDARD_ERROR)) return;
			// `2>&1 | head` has read enough: the command ends as if it had told its story itself, unless it ignores that.
			isHeard = false;
			tolerate(['ESRCH'], () => kill(commandPid!, constants.signals.SIGPIPE));
		},
		isHeard: () => options.output !== undefined || options.report === 'terminal' || !hasLostReader(STANDARD_OUTPUT),
		onIdle: () => teller.idle(),
		onNotice: notice => teller.remark(noticeText(notice, language)),
		onCost: cost => {
			const text = pid === undefined ? costText(cost, language) : undefined;
			if (text !== undefined) teller.remark(text);
		},
	};
	try {
		return exitCodeOf(await (pid === undefined ? traceCommand(command, listeners) : traceProcess(pid, listeners)));
	} catch (error) {
		return explained(error, {name: command[0], pid, language});
	} finally {
		teller.close();
	}
}

/** Loaded only where it is used: a narrator should start fast. */
async function failureWatch({all, filter}: WatchOptions): Promise<FailureWatch> {
	const {watchFailures} = await import('../watch-why.ts');
	return watchFailures(all === true || !filter ? 0 : 1);
}

function openTeller(options: WatchOptions, pid: number | undefined, language: Language): Teller {
	if (options.report === 'terminal' && pid !== undefined) {
		// In a lesson's machine it is in the learner's list of processes.
		process.title = 'drydock narrator';
		const terminal = openTerminalOf(pid);
		return {
			tell: told => terminal.write(encodeReport(told)),
			idle: () => terminal.write(idleReport),
			remark: () => {},
			close: terminal.close,
		};
	}
	const file = options.output === undefined ? undefined : openOutput(options.output);
	const asJson = options.json === true || options.report === 'json';
	// Beside a command its output stays its own; a process that runs already has its output elsewhere.
	const standard = pid === undefined ? writeError : writeOut;
	const write = file === undefined ? standard : (text: string) => void writeSync(file, text);
	const stream = file !== undefined ? undefined : pid === undefined ? process.stderr : process.stdout;
	const lines = toldLines({language, all: options.all, stream});
	return {
		tell: (told, cause) => write(asJson ? `${JSON.stringify(asObject(told, cause, language))}\n` : lines(told, cause)),
		idle: () => {},
		remark: text => (asJson ? writeError(`drydock: ${text}\n`) : write(remarkLines(text, stream))),
		close: () => {
			if (file !== undefined) closeSync(file);
		},
	};
}

function openOutput(path: string): number {
	try {
		return openSync(path, 'w');
	} catch (error) {
		throw new UsageError(plainMessage(error), {cause: error});
	}
}

function asObject(told: Told, cause: Examination | undefined, language: Language): object {
	const {diagnosis, ...looked} = cause ?? {};
	const why =
		diagnosis === undefined
			? looked
			: {...diagnosis, sentence: diagnosis.sentence[language], remedy: diagnosis.remedy[language]};
	return {...told, sentence: told.sentence[language], ...(cause === undefined ? {} : {why})};
}

function exitCodeOf(end: TraceEnd): number {
	if ('detached' in end) return 0;
	return 'exitCode' in end ? end.exitCode : 128 + end.signal;
}

/** One clear line for what can't be traced. @returns the exit code of a command that could not be started. */
function explained(
	error: unknown,
	{
		name,
		pid,
		language,
	}: {readonly name?: string | undefined; readonly pid?: number | undefined; readonly language: Language},
): number {
	if (pid !== undefined && isErrno(error, 'ESRCH', 'ENOENT')) throw new Error(`there is no process ${pid}`);
	if (isErrno(error, 'EPERM', 'EACCES') && pid !== undefined) throw new Error(`process ${pid} ${whyUntraceable(pid)}`);
	if (isErrno(error, 'EIO')) throw new Error('narration needs Linux 5.3 or later (PTRACE_GET_SYSCALL_INFO)');
	if (name === undefined) throw error;
	writeError(`drydock: ${startFailureText(error, name, language)}\n`);
	return startFailureExitCode(error);
}

function whyUntraceable(pid: number): string {
	const tracer = /^TracerPid:\s*([1-9]\d*)/m.exec(readOr(`/proc/${pid}/status`))?.[1];
	if (tracer !== undefined) return `has a tracer already, process ${tracer}, and there can be only one`;
	if (Number(readOr('/proc/sys/kernel/yama/ptrace_scope')) > 0) {
		return 'may not be traced: kernel.yama.ptrace_scope allows that for children only; use sudo';
	}
	return 'may not be traced: it belongs to somebody else, or has more rights; use sudo';
}

function readOr(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

function requireLanguage(text: string): Language {
	if (text !== 'en' && text !== 'zh') throw new UsageError(`no language '${text}': there are en and zh`);
	return text;
}

function requirePid(text: string): number {
	if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`not a process number: '${text}'`);
	return Number(text);
}
