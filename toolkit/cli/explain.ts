/**
 * `--explain`: tells of each step and each system call while a container comes to be.
 * @module
 */
import type {WatchOptions} from '#engine';
import {errnoMeaning} from '#kernel/errno';
import {formatCall} from '#kernel/error';
import {watchCalls} from '#kernel/trace';
import {parseCall} from '#narrate/parse-call';
import {onlyLooks, sentenceFor} from '#narrate/sentences';
import type {SpokenCall} from '#narrate/spoken';
import {languageOf} from '#words/language';
import {visible} from '#words/visible';
import {type Line, run} from '../../lessons/app/text/line.ts';
import {ACCENT, BAD, FAINT, STRONG} from '../../lessons/app/text/theme.ts';
import {linesText} from './lines.ts';
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
		if (unsaid === 0) return;
		say([run(`${unsaid} calls that only look or open something were not told: --explain-all tells them`, FAINT)]);
	});
	return {
		onStep: (step, event) => {
			if (event === 'start') tellStep('host', step.module, step.title, step.why);
			if (event === 'undone') say([run(`undone    ${step.module}:`, ACCENT), run(` ${step.title}`)]);
		},
		onReport: report => {
			if (report.report === 'step') tellStep('container', report.module, report.title, report.why);
			if (report.report === 'call') tell({...parseCall(report.text), errno: report.errno}, report.text, report.result);
		},
	};
}

function tellStep(where: 'host' | 'container', module: string, title: string, why: string): void {
	say(
		[run(`${where.padEnd(9)} ${module}:`, ACCENT), run(' '), run(title, STRONG)],
		[run(' '.repeat(10)), run(why, FAINT)],
	);
}

function tellLine(call: SpokenCall, text: string, result: number): void {
	const {errno} = call;
	const answer =
		errno === undefined ? [run(`${result}`)] : [run('-1 '), run(errno, BAD), run(` (${errnoMeaning(errno)})`)];
	const sentence = visible(sentenceFor({...call, errno: undefined}, languageOf(process.env)));
	say([run(`${' '.repeat(12)}${visible(text)} = `), ...answer, run('  '), run(sentence, FAINT)]);
}

function say(...lines: readonly Line[]): void {
	writeError(linesText(lines, process.stderr));
}
