/**
 * `drydock why`: the true cause of a failure, with its evidence.
 * @module
 */
import type {Failure} from '#doctor/cause';
import {examine} from '#doctor/doctor';
import {type KeptFailure, keepFailure, lastFailures} from '#doctor/last-failure';
import {failedCallText, type Seen, Witness} from '#doctor/witness';
import {KernelError} from '#kernel/error';
import {traceCommand} from '#narrate/narrate';
import type {TraceEnd} from '#narrate/traced-call';
import {startFailureExitCode} from '#process';
import {type Language, type Localized, languageOf} from '#words/language';
import {line, run as lineRun} from '../../../lessons/app/text/line.ts';
import {FAINT} from '../../../lessons/app/text/theme.ts';
import {wrapLine} from '../../../lessons/app/text/wrap.ts';
import {linesText, widthOf} from '../lines.ts';
import {writeError, writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {startFailureText} from '../start-failure.ts';
import {UsageError} from '../usage-error.ts';
import {sentenceText, whyText} from '../why-text.ts';

export {keepEngineFailure, keepEngineMessage} from '#doctor/last-failure';

interface WhyOptions {
	readonly json?: boolean;
	readonly language: string;
}

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('why', 'Tell the true cause of a failure, tested on the live system.', {
		passThrough: true,
	})
		.usage(
			'[OPTIONS]                        the last failure\n       drydock why [OPTIONS] -- COMMAND [ARG…]   that of a command, which is run now',
		)
		.argument('[command...]')
		.option('--json', 'As one JSON object')
		.option('--language <language>', 'en or zh', languageOf(process.env));
	return parsed(parser, args, async () => {
		const options = parser.opts<WhyOptions>();
		const language = requireLanguage(options.language);
		const asJson = options.json === true;
		return parser.args.length === 0 ? ofTheLast(asJson, language) : ofCommand(parser.args, asJson, language);
	});
}

/** @returns 0 if a cause can be named, 1 if there is nothing to explain. */
function ofTheLast(asJson: boolean, language: Language): number {
	const [last] = lastFailures();
	if (asJson) writeOut(`${JSON.stringify(last ?? null)}\n`);
	else if (last === undefined) writeOut(sentenceText(words.nothingFailed[language], process.stdout));
	else writeOut(keptText(last, language));
	return last?.diagnosis === undefined ? 1 : 0;
}

/** Runs a command under the tracer. Its output stays its own, so what is told goes to standard error. */
async function ofCommand(command: readonly string[], asJson: boolean, language: Language): Promise<number> {
	const witness = new Witness();
	let end: TraceEnd;
	try {
		end = await traceCommand(command, {all: true, onCall: witness.onCall, onFailure: witness.onFailure});
	} catch (error) {
		return tellUnstartable(error, command[0]!, asJson, language);
	}
	const code = 'detached' in end ? 0 : 'exitCode' in end ? end.exitCode : 128 + end.signal;
	const seen = code === 0 ? undefined : witness.verdict;
	if (seen !== undefined) keepFailure('traced', seen.program, seen.failure, seen.examination);
	if (asJson) writeError(`${JSON.stringify(asObject(seen, code))}\n`);
	else
		writeError(
			`\n${seen === undefined ? sentenceText(innocent(code, end)[language], process.stderr) : seenText(seen, language)}`,
		);
	return code;
}

/** The refusal was this process's own: it had looked for the program on the command's behalf. */
function tellUnstartable(error: unknown, name: string, asJson: boolean, language: Language): number {
	const text = startFailureText(error, name, language);
	if (!(error instanceof KernelError)) throw error;
	const {call, args, errno} = error;
	const failure: Failure = {call, args, errno, pid: process.pid};
	const seen = {failure, program: name, examination: examine(failure)};
	keepFailure('traced', name, failure, seen.examination);
	const code = startFailureExitCode(error);
	writeError(asJson ? `${JSON.stringify(asObject(seen, code))}\n` : `drydock: ${text}\n\n${seenText(seen, language)}`);
	return code;
}

function seenText({failure, program, examination}: Seen, language: Language): string {
	return whyText(
		{text: failedCallText(failure), program: `${program} ${failure.pid}`, examination},
		language,
		process.stderr,
	);
}

function asObject(seen: Seen | undefined, exitCode: number): object {
	if (seen === undefined) return {exitCode};
	const {failure, program, examination} = seen;
	const {call, errno, pid} = failure;
	return {exitCode, call, text: failedCallText(failure), errno, pid, program, ...examination};
}

function keptText(kept: KeptFailure, language: Language): string {
	const {text, program, at, ruledOut, untested, diagnosis} = kept;
	const when = `${program}, ${momentText(at)}`;
	// Of what failed inside a container only the message is left.
	if (kept.call === '')
		return linesText(
			[
				[lineRun(`${text}  `), lineRun(when, FAINT)],
				...wrapLine(line(words.askAgain[language].replace('{command}', program)), widthOf(process.stdout)),
			],
			process.stdout,
		);

	const examination = {ruledOut, untested, ...(diagnosis === undefined ? {} : {diagnosis})};
	return whyText({text, program: when, examination}, language, process.stdout);
}

/** `2026-02-03 04:05:06`, by this machine's clock. */
function momentText(milliseconds: number): string {
	const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
	return local.toISOString().slice(0, 19).replace('T', ' ');
}

/** What to say where a command failed and the kernel refused it nothing, or didn't fail at all. */
function innocent(code: number, end: TraceEnd): Localized {
	if (code === 0) return words.succeeded;
	const fill = (text: Localized, value: number): Localized => ({
		en: text.en.replace('{value}', `${value}`),
		zh: text.zh.replace('{value}', `${value}`),
	});
	return 'signal' in end ? fill(words.signalled, end.signal) : fill(words.ownDecision, code);
}

function requireLanguage(text: string): Language {
	if (text !== 'en' && text !== 'zh') throw new UsageError(`no language '${text}': there are en and zh`);
	return text;
}

const words = {
	nothingFailed: {
		en: 'Nothing has failed that is known of. To ask about a command: drydock why -- COMMAND',
		zh: '没有已知的失败。要询问某条命令：drydock why -- 命令',
	},
	succeeded: {en: 'The command succeeded: there is nothing to explain.', zh: '命令成功了：没有需要解释的。'},
	ownDecision: {
		en: 'It ended with {value}, and none of the calls that are looked at here (files, mounts, namespaces, cgroups, processes, the network) was refused in a way that explains it.',
		zh: '它以 {value} 结束；这里所观察的调用（文件、挂载、namespace、cgroup、进程、网络）中，没有哪个被拒绝的能解释它。',
	},
	signalled: {
		en: 'It was ended by signal {value}; none of the calls that are looked at here had failed in a way that explains it.',
		zh: '它被信号 {value} 结束；这里所观察的调用中，没有哪个失败的能解释它。',
	},
	askAgain: {
		en: 'It happened in a process that has gone. To look while it happens: drydock why -- {command}',
		zh: '它发生在一个已经不在的进程里。要在发生时查看：drydock why -- {command}',
	},
} satisfies Record<string, Localized>;
