/**
 * A machine and the wire to the agent in it, together.
 * @module
 */
import {randomBytes} from 'node:crypto';
import {type AgentClient, connectAgent} from '../agent/agent.ts';
import {connectPort, type Machine} from '../machine/machine.ts';

/** A machine that answers. */
export interface Guest {
	readonly machine: Machine;
	readonly agent: AgentClient;
}

/** How long a machine may take to its first answer: minutes for one that boots without hardware's help. */
export const bootMilliseconds = 180_000;

/** How long one may take that was up already. */
export const answerMilliseconds = 60_000;

/** After a fork bomb, or without an agent, a machine runs and says nothing. One that is out of memory recovers sooner. */
const silenceMilliseconds = 20_000;

export interface GreetOptions {
	readonly timeoutMilliseconds?: number;
	/** The programs whose terminals will be come back to. */
	readonly keep?: readonly number[] | undefined;
}

/** Greets a machine's agent. @throws {Error} one line if it doesn't answer. */
export async function greet(
	machine: Machine,
	{timeoutMilliseconds = answerMilliseconds, keep = []}: GreetOptions = {},
): Promise<Guest> {
	const lastWords = machine.ended.then(({because: {en, zh}}) => ({
		en: `the machine has ended: ${en}`,
		zh: `机器已停止：${zh}`,
	}));
	const options = {timeoutMilliseconds, keep, lastWords, signal: machine.gone};
	const agent = await connectAgent(await connectPort(machine), options);
	return {machine, agent};
}

/** From now on, one of the two ends with the other: a machine that is silent, or talks nonsense, is of no use. */
export function tieTogether({agent, machine}: Guest): void {
	agent.endInSilence(silenceMilliseconds);
	void agent.ended.then(reason => (reason === undefined ? undefined : machine.stop()));
}

/** Whether one of the two has. */
export function hasEnded({agent, machine}: Guest): boolean {
	return machine.gone.aborted || agent.hasEnded;
}

/**
 * Tells a machine that was continued what it can't know: how late it is, that its random numbers were drawn before, and that
 * all who were at it are gone.
 */
export async function wake({agent}: Guest): Promise<void> {
	await Promise.all([agent.setClock(Date.now()), agent.reseed(randomBytes(64)), agent.beAlone()]);
}

/** Ends a machine and the wire to it. */
export async function dismiss({machine, agent}: Guest): Promise<void> {
	agent.close();
	await machine.stop();
}
