/**
 * Plays lessons without a screen, and proves what they promise: each check fails before and passes after its solution,
 * each attack works once and then doesn't, each exercise can be done.
 *
 *     drydock verify 04-pid
 *
 * @module
 */
import type {Provider} from '#sandbox';
import {createSandbox, whyNot} from '#sandbox/providers';
import {courseDirectory, findLessonId, type LoadedLesson, lessonIds, loadLesson} from './course.ts';
import {stepsOf} from './play/facts.ts';
import {proveLesson} from './verify/lesson.ts';
import type {Proof} from './verify/proof.ts';

export interface VerifyOptions {
	/** Lessons by id, number or name. Default: all. */
	readonly lessons?: readonly string[];
	readonly sandbox?: Provider | undefined;
	/** One JSON document instead of lines. */
	readonly json?: boolean | undefined;
	readonly write: (text: string) => void;
}

interface LessonReport {
	readonly id: string;
	readonly steps: number;
	readonly proofs: readonly Proof[];
}

/**
 * Proves lessons and tells how it went.
 *
 * @returns 0 if all is proven, else 1.
 * @throws {Error} if there is no such lesson, or no sandbox can be had here.
 */
export async function verifyLessons({
	lessons = [],
	sandbox: provider = 'local',
	json = false,
	write,
}: VerifyOptions): Promise<number> {
	const ids = lessons.length === 0 ? lessonIds() : lessons.map(requireLesson);
	const reason = whyNot(provider);
	if (reason !== undefined) throw new Error(reason);
	const reports: LessonReport[] = [];
	for (const id of ids) {
		const report = await verifyLesson(id, provider);
		reports.push(report);
		if (!json) write(lessonLines(report));
	}
	write(json ? `${JSON.stringify(asDocument(reports), null, 2)}\n` : `${lastLine(reports)}\n`);
	return reports.every(({proofs}) => proofs.every(isProven)) ? 0 : 1;
}

async function verifyLesson(id: string, provider: Provider): Promise<LessonReport> {
	let loaded: LoadedLesson;
	try {
		loaded = await loadLesson(id);
	} catch (error) {
		return {id, steps: 0, proofs: [{claim: 'it can be read', failure: messageOf(error)}]};
	}
	const sandbox = await createSandbox(provider, {shares: [courseDirectory()]});
	try {
		return {id, steps: stepsOf(loaded.lesson).length, proofs: await proveLesson(loaded, sandbox)};
	} finally {
		await sandbox.destroy();
	}
}

function requireLesson(name: string): string {
	const id = findLessonId(name);
	if (id === undefined) throw new Error(`there is no lesson ${name}; there are ${lessonIds().join(', ')}`);
	return id;
}

const isProven = ({failure}: Proof): boolean => failure === undefined;

function lessonLines({id, steps, proofs}: LessonReport): string {
	const short = proofs.filter(proof => !isProven(proof));
	const head = `${short.length === 0 ? '✓' : '✗'} ${id}: ${steps} steps, ${proofs.length - short.length} checks proven`;
	return [head, ...short.map(({step, claim, failure}) => `  ✗ ${step ?? 'lesson'}: ${claim}: ${failure}`), ''].join(
		'\n',
	);
}

function lastLine(reports: readonly LessonReport[]): string {
	const {lessons, steps, proven, short} = countsOf(reports);
	const counts = `${count(lessons, 'lesson')}, ${count(steps, 'step')}: ${count(proven, 'check')} proven`;
	return short === 0 ? counts : `${counts}, ${short} short`;
}

function asDocument(reports: readonly LessonReport[]): object {
	return {
		...countsOf(reports),
		reports: reports.map(({id, steps, proofs}) => ({
			id,
			steps,
			proofs: proofs.map(proof => ({...proof, proven: isProven(proof)})),
		})),
	};
}

function countsOf(reports: readonly LessonReport[]) {
	const proofs = reports.flatMap(report => report.proofs);
	const proven = proofs.filter(isProven).length;
	return {
		lessons: reports.length,
		steps: reports.reduce((sum, {steps}) => sum + steps, 0),
		proven,
		short: proofs.length - proven,
	};
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
