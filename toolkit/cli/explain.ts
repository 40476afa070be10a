/**
 * `--explain`: tells of each step and each system call while a container comes to be.
 * @module
 */
import chalk from 'chalk';
import type {WatchOptions} from '#engine';
import {errnoMeaning} from '#kernel/errno';
import {formatCall} from '#kernel/error';
import {type KernelCall, watchCalls} from '#kernel/trace';
import {writeError} from './output.ts';
import {sentenceFor} from './sentences.ts';

/** Listeners that narrate to standard error: the program's own output stays as it is. */
export function explain(): Pick<WatchOptions, 'onStep' | 'onReport'> {
	watchCalls(tellCall);
	return {
		onStep: (step, event) => {
			if (event === 'start') tellStep('host', step.module, step.title, step.why);
			if (event === 'undone') writeError(`${chalk.dim('undone')}  ${step.module}: ${step.title}\n`);
		},
		onReport: report => {
			if (report.report === 'step') tellStep('container', report.module, report.title, report.why);
			if (report.report === 'call') tellLine(report.text, report.result, report.errno);
		},
	};
}

function tellStep(where: string, module: string, title: string, why: string): void {
	writeError(
		`${chalk.cyan(`${where === 'host' ? 'host     ' : 'container'} ${module}:`)} ${chalk.bold(title)}\n${' '.repeat(10)}${chalk.dim(why)}\n`,
	);
}

function tellCall({call, args, result, errno}: KernelCall): void {
	tellLine(formatCall(call, args), result, errno);
}

function tellLine(text: string, result: number, errno: string | undefined): void {
	const answer = errno === undefined ? String(result) : `-1 ${chalk.red(errno)} (${errnoMeaning(errno)})`;
	writeError(`${' '.repeat(12)}${text} = ${answer}\n${' '.repeat(14)}${chalk.dim(sentenceFor(text))}\n`);
}
