/**
 * Proves goals: the check fails before, and passes after the lines that lead there. It must not matter by which way one comes,
 * and what only looks like one must not count. An attack has two goals: it works on the weak way, and fails on the fixed one.
 * @module
 */
import type {BreakStep, DoStep} from '../lesson.ts';
import {diagnose} from '../play/judge.ts';
import type {Stage} from '../play/stage.ts';
import {begin} from './attempt.ts';
import {proveDiagnoses} from './help.ts';
import {type Proof, proveAnswer} from './proof.ts';

export async function proveDo(anchor: string, step: DoStep, stage: Stage): Promise<readonly Proof[]> {
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
		...(await proveOtherWays(anchor, step, stage)),
		...(await proveWrongWays(anchor, step, stage)),
	];
}

export async function proveBreak(anchor: string, step: BreakStep, stage: Stage): Promise<readonly Proof[]> {
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

async function proveOtherWays(anchor: string, step: DoStep, stage: Stage): Promise<readonly Proof[]> {
	const proofs: Proof[] = [];
	for (const [index, lines] of (step.otherWays ?? []).entries()) {
		await stage.renew();
		const failure = await (await begin(step, stage)).play(lines, step.check);
		proofs.push({step: anchor, claim: `the check passes after another way, ${index + 1}`, failure});
	}
	return proofs;
}

/** That somebody is told why shows also that the lines did something: a check that fails on nothing would prove nothing. */
async function proveWrongWays(anchor: string, step: DoStep, stage: Stage): Promise<readonly Proof[]> {
	const proofs: Proof[] = [];
	for (const [index, lines] of (step.wrongWays ?? []).entries()) {
		await stage.renew();
		const attempt = await begin(step, stage);
		const failure = await attempt.play(lines, async world => (await diagnose(step, world)) !== undefined);
		const [check, world] = [step.check, await attempt.look()];
		const way = `wrong way ${index + 1}`;
		proofs.push(
			{step: anchor, claim: `who goes the ${way} is told why`, failure},
			await proveAnswer(anchor, `the check fails after the ${way}`, {check, world, expected: false}),
		);
	}
	return proofs;
}
