import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {ownEngine} from '#engine/testing';
import {type LessonStep, predict, read} from '#lesson';
import {createSandbox, whyNot} from '#sandbox/providers';
import {courseDirectory} from '../course.ts';
import {openExercise} from '../exercise.ts';
import {sampleCourse, sampleLesson} from '../play/testing.ts';
import {proveLesson} from './lesson.ts';
import type {Proof} from './proof.ts';
import {proveProse} from './prose.ts';

const needsSandbox = {skip: whyNot() ?? false};
ownEngine();
const course = sampleCourse();
after(() => course.remove());

async function prove(loaded: ReturnType<typeof sampleLesson>): Promise<readonly Proof[]> {
	const sandbox = await createSandbox('local', {shares: [courseDirectory(), course.course]});
	try {
		return await proveLesson(loaded, sandbox, course);
	} finally {
		await sandbox.destroy();
	}
}

const shortOf = (proofs: readonly Proof[]): readonly string[] =>
	proofs.filter(({failure}) => failure !== undefined).map(({step, claim}) => `${step}: ${claim}`);

test('proveLesson() finds nothing wrong with a good lesson', needsSandbox, async () => {
	const proofs = await prove(sampleLesson());
	assert.deepEqual(shortOf(proofs), []);
	const claims = proofs.map(({step, claim}) => `${step}: ${claim}`);
	for (const claim of [
		'guess: the run shows the right answer',
		'mount: the check fails before',
		'mount: the check passes after solve',
		'mount: diagnosis 1 is silent once it is solved',
		'mount: the check passes after another way, 1',
		'mount: who goes the wrong way 1 is told why',
		'mount: the check fails after the wrong way 1',
		'steal: the attack works on the weak way',
		'steal: the right way withstands',
		'steal: the attack fails on the right way',
		'build: the exercise fails its tests',
		'build: the solution passes them',
	]) {
		assert.ok(claims.includes(claim), claim);
	}
});

test('proveLesson() proves an exercise that a learner has solved', needsSandbox, async () => {
	const exercise = openExercise('90-boat', course);
	exercise.solve();
	const {build} = sampleLesson().lesson.steps;
	const {lesson, prose} = sampleLesson();
	const proofs = await prove({lesson: {...lesson, steps: {build: build!}}, prose});
	exercise.restore();
	assert.deepEqual(
		proofs
			.filter(({claim}) => claim.includes('the exercise') || claim.includes('the solution'))
			.map(({claim, failure}) => [claim, failure]),
		[
			['the exercise fails its tests', undefined],
			['the solution passes them', undefined],
		],
	);
});

test('proveLesson() finds each thing that is wrong', needsSandbox, async () => {
	const {mount, steal, guess} = sampleLesson().lesson.steps as Readonly<Record<string, LessonStep>>;
	assert.ok(mount?.kind === 'do' && steal?.kind === 'break' && guess?.kind === 'predict');
	const proofs = await prove(
		sampleLesson({
			guess: predict({
				...guess,
				answers: guess.answers.map(answer => ({
					...answer,
					because: {en: 'no: {output} And so on.', zh: '不是：{output}'},
				})),
				run: 'echo 7',
			}),
			mount: {
				...mount,
				hints: mount.hints.slice(1),
				check: () => true,
				diagnose: [{when: () => true, tell: {en: 'x', zh: ''}}],
			},
			moor: {
				...mount,
				otherWays: [],
				wrongWays: [['true']],
			},
			steal: {
				...steal,
				fixed: {
					...steal.fixed,
					solve: ['cat /srv/secret > /tmp/loot'],
					withstood: world => steal.weak.succeeded(world),
				},
			},
			build: read(),
		}),
	);
	assert.deepEqual(shortOf(proofs), [
		'guess: what was printed ends an explanation',
		'guess: the run doesn’t show “the number outside”',
		'guess: the run shows the right answer',
		'mount: it has three hints',
		'mount: goal, hints and diagnoses are told in both languages',
		'mount: the check fails before',
		'mount: diagnosis 1 is silent once it is solved',
		'mount: the check fails after the wrong way 1',
		'steal: the attack fails on the right way',
		'moor: who goes the wrong way 1 is told why',
	]);
});

test('proveProse() finds a step without text, a text without a step, and another order', () => {
	const {lesson, prose} = sampleLesson();
	const [intro, guess, ...rest] = prose.en.sections;
	const changed = {
		...prose.en,
		sections: [guess!, intro!, ...rest.slice(1), {anchor: 'over', title: 'Over', markdown: 'x'}],
	};
	const proofs = proveProse({lesson, prose: {...prose, zh: changed}});
	assert.deepEqual(shortOf(proofs), [
		'mount: lesson.zh.md tells it',
		'over: lesson.zh.md has a step for it',
		'undefined: lesson.zh.md is in the steps’ order',
	]);
});
