/**
 * A command of the host's: three channels, and an exit code.
 * @module
 */
import {tolerate} from '#kernel/error';
import {kill, signalNumber} from '#kernel/signal';
import {shellExitCode, startFailureExitCode, waitFor} from '#process';
import type {Ended, Program} from '../messages.ts';
import {drain, passOn} from './drain.ts';
import {startFailureText, startProgram} from './program.ts';
import type {Task} from './session.ts';

/** Runs a command. One that can't be executed fails as in a shell. */
export async function runCommand(program: Program, {call, cancelled, tell}: Task): Promise<Ended> {
	const [stdin, stdout, stderr] = [call.incoming(0), call.outgoing(1), call.outgoing(2)];
	let child: Awaited<ReturnType<typeof startProgram>>;
	try {
		child = await startProgram(program, {descriptors: ['pipe', 'pipe', 'pipe'], newSession: true});
	} catch (error) {
		const text = startFailureText(error, program.command[0] ?? '');
		if (text === undefined) throw error;
		stdout.end();
		stderr.end(`${text}\n`);
		return {exitCode: startFailureExitCode(error)};
	}
	const pid = child.pid!;
	// It leads a group, so that what it started ends with it.
	const abort = (): void => void tolerate(['ESRCH'], () => kill(-pid, signalNumber('SIGKILL')));
	if (cancelled.aborted) abort();
	cancelled.addEventListener('abort', abort, {once: true});
	tell({tell: 'started', pid});
	// A command that does not read its input is free not to.
	child.stdin!.on('error', () => {});
	stdin.on('error', () => child.stdin!.destroy());
	stdin.pipe(child.stdin!);
	const outputs = [
		{from: child.stdout!, to: stdout},
		{from: child.stderr!, to: stderr},
	];
	for (const output of outputs) {
		// To a channel that nobody reads any more, nothing is passed.
		output.to.on('error', () => output.from.destroy());
		passOn(output);
	}
	const end = await waitFor(child);
	cancelled.removeEventListener('abort', abort);
	await drain(outputs);
	child.stdin!.destroy();
	return {exitCode: shellExitCode(end)};
}
