/**
 * Proves one step, in a sandbox of its own: its check fails before, and passes after the lines that solve it.
 * @module
 */
import {setTimeout as sleep} from 'node:timers/promises';
import type {ExercisePlaces} from '../exercise.ts';
import type {BreakStep, Check, Diagnosis, DoStep, LessonStep, Localized, PredictStep, World} from '../lesson.ts';
import {provenAnswers} from '../play/judge.ts';
import type {Stage} from '../play/stage.ts';
import {proveCode} from './code.ts';
import {ask, isTold, type Proof, prove, proveAnswer} from './proof.ts';

/** How long the kernel may take to show what was solved: a zombie needs its second to die. */
const PATIENCE_MILLISECONDS = 8_000;

/** Proves a step on a fresh stage. */
export async function proveStep(
	anchor: string,
	step: LessonStep,
	stage: Stage,
	places: ExercisePlaces,
): Promise<readonly Proof[]> {
	switch (step.kind) {
		case 'read':
			return [];
		case 'predict':
			return [...proveAnswers(anchor, step), ...(await provePrediction(anchor, step, stage))];
		case 'do':
			return [...proveHelp(anchor, step), ...(await proveDo(anchor, step, stage))];
		case 'break':
			return [...proveHelp(anchor, step), ...(await proveBreak(anchor, step, stage))];
		case 'code':
			return [...proveHelp(anchor, step), ...(await proveCode(anchor, step, stage, places))];
	}
}

function proveHelp(
	anchor: string,
	step: {goal: Localized; hints: readonly Localized[]; diagnose: readonly Diagnosis[]},
): readonly Proof[] {
	const told = isTold(step.goal) && step.hints.every(isTold) && step.diagnose.every(({tell}) => isTold(tell));
	return [
		prove(anchor, 'it has three hints', step.hints.length >= 3, `it has ${step.hints.length}`),
		prove(anchor, 'goal, hints and diagnoses are told in both languages', told, 'one of them is missing'),
	];
}

function proveAnswers(anchor: string, {question, answers}: PredictStep): readonly Proof[] {
	const right = answers.filter(answer => answer.right);
	const explained = answers.every(answer => answer.right || isTold(answer.because));
	const stateful = answers.some(({evidence}) => evidence?.global || evidence?.sticky);
	return [
		prove(anchor, 'one answer is right', right.length === 1, `${right.length} are`),
		prove(anchor, 'the right answer has its evidence', right[0]?.evidence !== undefined, 'there is none'),
		prove(anchor, 'each wrong answer is explained', explained && isTold(question), 'a text is missing'),
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

async function proveDo(anchor: string, step: DoStep, stage: Stage): Promise<readonly Proof[]> {
	const attempt = await begin(step, stage);
	const before = await proveAnswer(anchor, 'the check fails before', {
		check: step.check,
		world: await attempt.look(),
		expected: false,
	});
	const failure = await attempt.play(step.solve, step.check);
	const world = await attempt.look();
	return [
		before,
		{step: anchor, claim: 'the check passes after solve', failure},
		...(await proveDiagnoses(anchor, step, world)),
	];
}

async function proveBreak(anchor: string, step: BreakStep, stage: Stage): Promise<readonly Proof[]> {
	const {weak, fixed} = step;
	const attack = await begin(step, stage);
	const calm = await proveAnswer(anchor, 'the attack’s check fails before', {
		check: weak.succeeded,
		world: await attack.look(),
		expected: false,
	});
	const success = await attack.play(weak.solve, weak.succeeded);

	await stage.renew();
	const defence = await begin(step, stage);
	const untried = await proveAnswer(anchor, 'the defence’s check fails before', {
		check: fixed.withstood,
		world: await defence.look(),
		expected: false,
	});
	const defended = await defence.play(fixed.solve, fixed.withstood);
	const world = await defence.look();
	return [
		calm,
		{step: anchor, claim: 'the attack works on the weak way', failure: success},
		untried,
		{step: anchor, claim: 'the right way withstands', failure: defended},
		await proveAnswer(anchor, 'the attack fails on the right way', {check: weak.succeeded, world, expected: false}),
		...(await proveDiagnoses(anchor, step, world)),
	];
}

/** A diagnosis that speaks to somebody who has made it would send them astray. */
export async function proveDiagnoses(
	anchor: string,
	{diagnose}: {diagnose: readonly Diagnosis[]},
	world: World,
): Promise<readonly Proof[]> {
	const proofs: Proof[] = [];
	for (const [index, {when}] of diagnose.entries()) {
		const claim = `diagnosis ${index + 1} is silent once it is solved`;
		proofs.push(await proveAnswer(anchor, claim, {check: when, world, expected: false}));
	}
	return proofs;
}

interface Attempt {
	look(): Promise<World>;
	/** Types lines and waits for a check. Returns what is wrong, if it doesn't pass. */
	play(lines: readonly string[], check: Check): Promise<string | undefined>;
}

async function begin(step: LessonStep, stage: Stage): Promise<Attempt> {
	await stage.prepare(step.prepare ?? []);
	const {now: before} = await stage.look();
	const look = async (): Promise<World> => stage.world(before, await stage.look());
	return {
		look,
		play: async (lines, check) => {
			await stage.type(lines);
			const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
			for (;;) {
				const answer = await ask(check, await look());
				if (answer === true) return undefined;
				if (Date.now() > giveUpAt)
					return answer === false ? `it does not hold; the shell says: ${stage.lastWords}` : answer;
				await sleep(200);
			}
		},
	};
}
