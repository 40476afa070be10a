/**
 * Gets what is missing for a machine, on the learner's own terminal, where every line of it can be read.
 * @module
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {ExplainedError} from '#words/explained-error';

/**
 * Runs an installing command, and waits until it is done.
 *
 * @throws {ExplainedError} if it fails.
 */
export async function runInstall(command: readonly string[]): Promise<void> {
	const [program = '', ...args] = command;
	process.stdout.write(`$ ${command.join(' ')}\n`);
	const child = spawn(program, args, {stdio: 'inherit', env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}});
	const [exitCode, signal] = await once(child, 'exit');
	if (exitCode === 0) return;
	throw new ExplainedError({
		en: `${program} has failed (${exitCode ?? signal}): try it in a shell, ${command.join(' ')}`,
		zh: `${program} 失败了（${exitCode ?? signal}）：请在 shell 里试试 ${command.join(' ')}`,
	});
}
