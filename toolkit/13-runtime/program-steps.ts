/**
 * From a finished container to the user's program in it.
 * @module
 */
import {closeSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {chdir} from '#kernel/mount';
import {makeDirectoryInRoot} from '#kernel/path';
import type {Step} from '#kernel/plan';
import {PR_SET_PDEATHSIG, prctl} from '#kernel/prctl';
import {signalNumber} from '#kernel/signal';
import {runAsInit} from '#pid';
import {findProgram, processSteps} from '#process/program';
import {channelDescriptor} from '#runtime/channel';
import type {ProcessSpec} from '#runtime/spec';

/** Goes to the directory that a program shall start in, which has to be there. */
export function directoryStep({cwd}: ProcessSpec): Step {
	return {
		module: 'process',
		title: `go to ${cwd}`,
		why: 'relative paths of the program start there',
		run: () => chdir(cwd),
	};
}

/** The same for a container's first program, while this process may still make it: docker makes a missing WORKDIR, too. */
export function madeDirectoryStep(program: ProcessSpec): Step {
	const step = directoryStep(program);
	return {
		...step,
		run: () => {
			// Link by link: to mkdir(2), one that leads nowhere yet is in the way.
			closeSync(makeDirectoryInRoot('/', program.cwd));
			step.run();
		},
	};
}

/**
 * Ties the container's life to its watcher's: whoever kills the watcher can't leave a container that nobody watches.
 *
 * It comes after the change of user, which clears it.
 */
export const dieWithWatcherStep: Step = {
	module: 'process',
	title: 'end when the watcher ends',
	why: 'a container that nobody waits for would lose its exit code and its log',
	// A filter that forbids prctl leaves it out: then the next command finds the container and ends it.
	run: () => void tolerate(['EPERM', 'ENOSYS'], () => prctl(PR_SET_PDEATHSIG, signalNumber('SIGKILL'))),
};

/** The last step: become the program, or stay as a small init above it. */
export function lastSteps(program: ProcessSpec, init: boolean): readonly Step[] {
	return init ? [initStep(program)] : processSteps(program);
}

function initStep({args, env, terminal = false}: ProcessSpec): Step {
	return {
		module: 'pid',
		title: `be init, with ${args[0]} as its child`,
		why: 'PID 1 must reap orphans and pass signals on, and few programs know that',
		run: () => {
			// Found here, so that a program that isn't there is told as without an init.
			const program = findProgram(args[0] ?? '', env);
			// Node looks in PATH by itself, and so the program is told its name as it was given; without a PATH Node looks
			// in fewer places.
			const name = env.some(entry => entry.startsWith('PATH=')) ? args[0]! : program;
			const ended = runAsInit(
				{args: [name, ...args.slice(1)], env, descriptors: [0, 1, 2]},
				{sharesTerminal: terminal},
			);
			// To the starter, the closed channel means: the program runs.
			closeSync(channelDescriptor);
			void ended.then(code => process.exit(code));
		},
	};
}
