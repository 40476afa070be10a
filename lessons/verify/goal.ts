/**
 * Proves goals: the check fails before, and passes after the lines that lead there. An attack has two: it works on the weak
 * way, and fails on the fixed one.
 * @module
 */
import type {BreakStep, DoStep} from '../lesson.ts';
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
