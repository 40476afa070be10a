import assert from 'node:assert/strict';
import {test} from 'node:test';
import {doStep, predict, type World} from '#lesson';
import {actualAnswer, diagnose, holds, provenAnswers} from './judge.ts';

const text = {en: 'x', zh: 'x'};
const world = {} as World;

test('actualAnswer() believes the output, not the lesson', () => {
	const step = predict({
		question: text,
		answers: [{text, right: true, evidence: /^1$/m}, {text, evidence: /^2$/m}, {text}],
		run: 'echo',
	});
	assert.equal(actualAnswer(step, '1\n'), 0);
	assert.equal(actualAnswer(step, '2\n'), 1);
	assert.equal(actualAnswer(step, '2\n1\n'), 0);
	assert.equal(actualAnswer(step, 'nothing known'), 0);
	assert.deepEqual(provenAnswers(step, '2\n1\n'), [0, 1]);
});

test('diagnose() tells the first that fits, past one that throws', async () => {
	const told = {en: 'this', zh: '这个'};
	const step = doStep({
		goal: text,
		check: () => false,
		hints: [],
		solve: [],
		diagnose: [
			{
				when: () => {
					throw new Error('unforeseen');
				},
				tell: text,
			},
			{when: async () => false, tell: text},
			{when: async () => true, tell: told},
			{when: () => true, tell: text},
		],
	});
	assert.equal(await diagnose(step, world), told);
	assert.equal(
		await holds(() => {
			throw new Error('unforeseen');
		}, world),
		false,
	);
});
