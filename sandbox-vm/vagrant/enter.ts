/**
 * Entering a machine: ssh starts the agent in it, and its input and output are the agent's wire.
 *
 * The surprise: a machine that was just brought back runs, and nobody can reach it. Its network card has begun anew, and
 * for some seconds the host asks in vain who has its address. So the door is knocked at more than once.
 * @module
 */
import {Duplex} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';
import {ExplainedError} from '#words/explained-error';
import {type AgentClient, connectAgent} from '../agent/agent.ts';
import {type Access, startThere} from './ssh.ts';

export interface EnterOptions {
	/** What starts the agent, as root. It ends when this side hangs up. */
	readonly command?: readonly string[];
	/** For how long to try again while nobody is at the door. Default: not at all. */
	readonly patienceMilliseconds?: number;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Starts an agent in the machine, and greets it. What it starts ends with the connection.
 *
 * @throws {ExplainedError} one line if nobody answers; the signal's reason.
 */
export async function enter(
	access: Access,
	{command = startAgent, patienceMilliseconds = 0, signal}: EnterOptions = {},
): Promise<AgentClient> {
	for (const giveUpAt = performance.now() + patienceMilliseconds; ; await sleep(pauseMilliseconds)) {
		const answer = await knock(access, command, signal);
		if ('agent' in answer) return answer.agent;
		signal?.throwIfAborted();
		if (answer.isWorthAnotherTry && performance.now() < giveUpAt) continue;
		const {cause, words} = answer;
		throw new ExplainedError(
			{en: `the machine can’t be entered by ssh: ${words}`, zh: `无法用 ssh 进入机器：${words}`},
			{cause},
		);
	}
}

type Answer =
	| {readonly agent: AgentClient}
	| {readonly cause: unknown; readonly words: string; readonly isWorthAnotherTry: boolean};

async function knock(access: Access, command: readonly string[], signal: AbortSignal | undefined): Promise<Answer> {
	const program = startThere(access, command);
	let complaints = '';
	program.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-2_000);
	});
	const lastWords = new Promise<string>(resolve => {
		program.once('error', error => resolve(error.message));
		program.once('close', () => resolve(lastLine(complaints) || 'the connection has ended'));
	});
	const wire = Duplex.from({readable: program.stdout, writable: program.stdin});
	try {
		const agent = await connectAgent(wire, {
			timeoutMilliseconds: answerMilliseconds,
			lastWords: lastWords.then(words => ({en: `the machine is gone: ${words}`, zh: `机器已经没了：${words}`})),
			...(signal === undefined ? {} : {signal}),
		});
		agent.endInSilence(silenceMilliseconds);
		void agent.ended.then(() => program.kill());
		return {agent};
	} catch (cause) {
		program.kill();
		await lastWords;
		const words = lastLine(complaints) || (cause as Error).message;
		return {cause, words, isWorthAnotherTry: program.exitCode === sshFailed && !words.includes('Permission denied')};
	}
}

const startAgent = ['sudo', '-n', '/usr/local/bin/drydock-agent'] as const;

/** From a login to the agent's first word: the machine may have to swap, or has no help of the hardware's. */
const answerMilliseconds = 120_000;
/** After a fork bomb it is connected and says nothing. */
const silenceMilliseconds = 60_000;
const pauseMilliseconds = 500;

/** ssh's exit code where it didn't get as far as to start something. */
const sshFailed = 255;

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1)?.trim() ?? '';
}
