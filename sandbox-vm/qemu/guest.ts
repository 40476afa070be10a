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

/** Greets a machine's agent. @throws {Error} one line if it doesn't answer. */
export async function greet(machine: Machine, timeoutMilliseconds = bootMilliseconds): Promise<Guest> {
	const agent = await connectAgent(await connectPort(machine), {timeoutMilliseconds, signal: machine.gone});
	return {machine, agent};
}

/** Tells a machine that was continued what it can't know: how late it is, and that its random numbers were drawn before. */
export async function wake({agent}: Guest): Promise<void> {
	await Promise.all([agent.setClock(Date.now()), agent.reseed(randomBytes(64))]);
}

/** Ends a machine and the wire to it. */
export async function dismiss({machine, agent}: Guest): Promise<void> {
	agent.close();
	await machine.stop();
}
