/**
 * Proves a `predict` step: the run shows the right answer's evidence, and no wrong one's.
 * @module
 */
import type {PredictStep} from '../lesson.ts';
import {provenAnswers} from '../play/judge.ts';
import type {Stage} from '../play/stage.ts';
import {isTold, type Proof, prove} from './proof.ts';

export async function provePredict(anchor: string, step: PredictStep, stage: Stage): Promise<readonly Proof[]> {
	return [...proveAnswers(anchor, step), ...(await provePrediction(anchor, step, stage))];
}

/** What a program printed has no full stop, and may be many lines: nobody could tell where a sentence after it begins. */
const AFTER_OUTPUT = /\{output\}\s*[\p{L}\p{N}]/u;

function proveAnswers(anchor: string, {question, answers}: PredictStep): readonly Proof[] {
	const right = answers.filter(answer => answer.right);
	const explained = answers.every(answer => answer.right || isTold(answer.because));
	const goesOn = answers.some(
		({because}) => because !== undefined && [because.en, because.zh].some(text => AFTER_OUTPUT.test(text)),
	);
	const stateful = answers.some(({evidence}) => evidence?.global || evidence?.sticky);
	return [
		prove(anchor, 'one answer is right', right.length === 1, `${right.length} are`),
		prove(anchor, 'the right answer has its evidence', right[0]?.evidence !== undefined, 'there is none'),
		prove(anchor, 'each wrong answer is explained', explained && isTold(question), 'a text is missing'),
		prove(anchor, 'what was printed ends an explanation', !goesOn, 'a sentence follows {output}'),
		prove(anchor, 'the evidence remembers nothing', !stateful, 'a regular expression has the flag g or y'),
	];
}

async function provePrediction(anchor: string, step: PredictStep, stage: Stage): Promise<readonly Proof[]> {
	await stage.prepare(step.prepare ?? []);
	const {stdout} = await stage.run(`exec 2>&1\n${step.run}`);
	const proven = provenAnswers(step, stdout);
	const printed = `it printed ${JSON.stringify(stdout.slice(0, 200))}`;
	return step.answers.map((answer, index) =>
		answer.right
			? prove(anchor, 'the run shows the right answer', proven.includes(index), printed)
			: prove(anchor, `the run doesn’t show “${answer.text.en}”`, !proven.includes(index), printed),
	);
}
