/**
 * `--explain`: tells of each step and each system call while a container comes to be.
 * @module
 */
import chalk from 'chalk';
import type {WatchOptions} from '#engine';
import {errnoMeaning} from '#kernel/errno';
import {formatCall} from '#kernel/error';
import {watchCalls} from '#kernel/trace';
import {writeError} from './output.ts';
import {onlyLooks, sentenceFor} from './sentences.ts';

/**
 * Listeners that narrate to standard error: the program's own output stays as it is.
 *
 * @param all whether also calls that only look are told.
 */
export function explain({all = false} = {}): Pick<WatchOptions, 'onStep' | 'onReport'> {
	let unsaid = 0;
	const tell = (text: string, result: number, errno: string | undefined): void => {
		if (!all && errno === undefined && onlyLooks(text)) unsaid++;
		else tellLine(text, result, errno);
	};
	const stop = watchCalls(({call, args, result, errno}) => tell(formatCall(call, args), result, errno));
	process.once('exit', () => {
		stop();
		if (unsaid > 0)
			writeError(
				chalk.dim(`${unsaid} calls that only look or open something were not told: --explain-all tells them\n`),
			);
	});
	return {
		onStep: (step, event) => {
			if (event === 'start') tellStep('host', step.module, step.title, step.why);
			if (event === 'undone') writeError(`${chalk.cyan(`undone    ${step.module}:`)} ${step.title}\n`);
		},
		onReport: report => {
			if (report.report === 'step') tellStep('container', report.module, report.title, report.why);
			if (report.report === 'call') tell(report.text, report.result, report.errno);
		},
	};
}

function tellStep(where: 'host' | 'container', module: string, title: string, why: string): void {
	writeError(
		`${chalk.cyan(`${where.padEnd(9)} ${module}:`)} ${chalk.bold(title)}\n${' '.repeat(10)}${chalk.dim(why)}\n`,
	);
}

function tellLine(text: string, result: number, errno: string | undefined): void {
	const answer = errno === undefined ? String(result) : `-1 ${chalk.red(errno)} (${errnoMeaning(errno)})`;
	writeError(`${' '.repeat(12)}${text} = ${answer}  ${chalk.dim(sentenceFor(text))}\n`);
}
