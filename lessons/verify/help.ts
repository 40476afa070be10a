/**
 * Proves the help of a step: its hints, and that its diagnoses are silent once there is nothing wrong.
 * @module
 */
import type {Diagnosis, Localized, World} from '../lesson.ts';
import {isTold, type Proof, prove, proveAnswer} from './proof.ts';

/** What a learner who is stuck is given. */
export interface Help {
	readonly goal: Localized;
	readonly hints: readonly Localized[];
	readonly diagnose: readonly Diagnosis[];
}

/** Proves that a step has enough hints, and that all is told in both languages. */
export function proveHelp(anchor: string, step: Help): readonly Proof[] {
	const told = isTold(step.goal) && step.hints.every(isTold) && step.diagnose.every(({tell}) => isTold(tell));
	return [
		prove(anchor, 'it has three hints', step.hints.length >= 3, `it has ${step.hints.length}`),
		prove(anchor, 'goal, hints and diagnoses are told in both languages', told, 'one of them is missing'),
	];
}

/** A diagnosis that speaks to somebody who has made it would send them astray. */
export async function proveDiagnoses(
	anchor: string,
	{diagnose}: Pick<Help, 'diagnose'>,
	world: World,
): Promise<readonly Proof[]> {
	const proofs: Proof[] = [];
	for (const [index, {when}] of diagnose.entries()) {
		const claim = `diagnosis ${index + 1} is silent once it is solved`;
		proofs.push(await proveAnswer(anchor, claim, {check: when, world, expected: false}));
	}
	return proofs;
}
