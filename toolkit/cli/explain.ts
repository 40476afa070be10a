/**
 * `--explain`: tells of each step and each system call while a container comes to be.
 * @module
 */
import chalk from 'chalk';
import type {WatchOptions} from '#engine';
import {errnoMeaning} from '#kernel/errno';
import {formatCall} from '#kernel/error';
import {watchCalls} from '#kernel/trace';
import {parseCall} from '#narrate/parse-call';
import {onlyLooks, sentenceFor} from '#narrate/sentences';
import type {SpokenCall} from '#narrate/spoken';
import {languageOf} from '#words/language';
import {writeError} from './output.ts';

/**
 * Listeners that narrate to standard error: the program's own output stays as it is.
 *
 * @param all whether also calls that only look are told.
 */
export function explain({all = false} = {}): Pick<WatchOptions, 'onStep' | 'onReport'> {
	let unsaid = 0;
	const tell = (call: SpokenCall, text: string, result: number): void => {
		if (!all && call.errno === undefined && onlyLooks(call)) unsaid++;
		else tellLine(call, text, result);
	};
	const stop = watchCalls(call => tell(call, formatCall(call.call, call.args), call.result));
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
			if (report.report === 'call') tell({...parseCall(report.text), errno: report.errno}, report.text, report.result);
		},
	};
}

function tellStep(where: 'host' | 'container', module: string, title: string, why: string): void {
	writeError(
		`${chalk.cyan(`${where.padEnd(9)} ${module}:`)} ${chalk.bold(title)}\n${' '.repeat(10)}${chalk.dim(why)}\n`,
	);
}

function tellLine(call: SpokenCall, text: string, result: number): void {
	const {errno} = call;
	const answer = errno === undefined ? String(result) : `-1 ${chalk.red(errno)} (${errnoMeaning(errno)})`;
	const sentence = sentenceFor({...call, errno: undefined}, languageOf(process.env));
	writeError(`${' '.repeat(12)}${text} = ${answer}  ${chalk.dim(sentence)}\n`);
}
