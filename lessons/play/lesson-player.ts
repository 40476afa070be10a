/**
 * The player's moves. What it remembers is in facts.ts, what it does in the sandbox in stage.ts, how it judges in judge.ts.
 * @module
 */

import type {TerminalSize} from '#sandbox';
import type {LoadedLesson} from '../course.ts';
import {type ExerciseFile, openExercise} from '../exercise.ts';
import type {CodeStep, Language, LessonStep, PredictStep, TestResult, World} from '../lesson.ts';
import {allPassed, testModule} from '../module-tests.ts';
import type {LessonPlayer, PlayerOptions, PlayerState} from '../player.ts';
import type {ProgressStore} from '../progress.ts';
import {type Facts, stateOf, stepsOf} from './facts.ts';
import {actualAnswer, diagnose, goalOf, holds, solveOf} from './judge.ts';
import {messages} from './messages.ts';
import {type Look, Stage} from './stage.ts';

/** How often the kernel's objects are looked at, unless a look takes long. */
const LOOK_MILLISECONDS = 500;
/** A check may run commands, which cost more than a look: while nothing moves, it is asked no more often than this. */
const QUIET_MILLISECONDS = 4_000;

export class SandboxedPlayer implements LessonPlayer {
	readonly #loaded: LoadedLesson;
	readonly #progress: ProgressStore;
	readonly #stage: Stage | undefined;
	readonly #exercisePlaces: PlayerOptions['exercises'];
	readonly #listeners = new Set<() => void>();
	#facts: Facts;
	#state: PlayerState;
	/** Aborted when the step at hand is left: what was begun for it then changes nothing any more. */
	#visit = new AbortController();
	#exercise: ExerciseFile | undefined;
	#stopWatching: () => void = () => {};
	#timer: NodeJS.Timeout | undefined;
	/** The diagnosis of the last judgement: it is told when a second one confirms it. */
	#suspicion: Facts['diagnosis'];
	/** What moved when it was last judged, and when that was. */
	#judged = {movement: '', at: 0};
	#looking = false;
	#closed = false;

	constructor(options: PlayerOptions) {
		const {loaded, progress} = options;
		this.#loaded = loaded;
		this.#progress = progress;
		this.#exercisePlaces = options.exercises;
		this.#stage = options.sandbox && new Stage(options.sandbox, loaded.lesson, options.size ?? {columns: 80, rows: 24});
		const {done, at, predictions} = progress.lesson(loaded.lesson.id);
		const index = stepsOf(loaded.lesson).findIndex(([anchor]) => anchor === at);
		this.#facts = {
			language: options.language,
			stepIndex: Math.max(0, index),
			status: 'todo',
			done: new Set(done),
			past: predictions,
			attempts: {},
			hintsShown: 0,
			sandbox: this.#stage === undefined ? {state: 'unavailable', why: options.whyNot ?? ''} : {state: 'starting'},
			finished: false,
		};
		this.#state = this.#derive();
		if (this.#stage !== undefined) this.#stage.onShellEnd = () => this.#shellEnded();
		void this.#begin('open');
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly getState = (): PlayerState => this.#state;

	next(): void {
		const {stepIndex, phase, status} = this.#facts;
		if (phase === 'weak' && status === 'done') return void this.#begin('renew', {phase: 'fixed'});
		if (this.#step.kind === 'read') this.#markDone();
		if (stepIndex + 1 < stepsOf(this.#loaded.lesson).length) return this.#goTo(stepIndex + 1);
		this.#save(progress => ({...progress, finished: this.#isFinished}));
		this.#set({finished: true});
	}

	previous(): void {
		if (this.#facts.finished) return this.#set({finished: false});
		if (this.#facts.stepIndex > 0) this.#goTo(this.#facts.stepIndex - 1);
	}

	async predict(answer: number): Promise<void> {
		const step = this.#step;
		if (step.kind !== 'predict' || step.answers[answer] === undefined || this.#facts.status === 'running') return;
		if (this.#facts.sandbox.state !== 'running') return this.#set({message: this.#whyNoSandbox()});
		await this.#during('running', async () => {
			const anchor = this.#anchor;
			this.#set({attempts: {...this.#facts.attempts, [anchor]: {chosen: answer}}});
			const actual = await this.#runPrediction(step, anchor, answer);
			// The first answer stays: a second try does not change what was predicted.
			const first = {[anchor]: {chosen: answer, actual}};
			this.#set({past: {...first, ...this.#facts.past}});
			this.#save(progress => ({...progress, predictions: {...first, ...progress.predictions}}));
			this.#markDone();
		});
	}

	async runForMe(): Promise<void> {
		const step = this.#step;
		const command = 'command' in step ? step.command : undefined;
		if (command === undefined) return this.#set({message: messages.noCommand});
		await this.#type([command]);
	}

	hint(): void {
		const step = this.#step;
		if (!('hints' in step) || this.#facts.hintsShown === step.hints.length)
			return this.#set({message: messages.lastHint});
		this.#set({hintsShown: this.#facts.hintsShown + 1});
	}

	async showMe(): Promise<void> {
		const step = this.#step;
		switch (step.kind) {
			case 'do':
			case 'break':
				return this.#type(solveOf(step, this.#facts.phase ?? 'weak'));
			case 'code':
				this.#exercise?.solve();
				this.#set({message: messages.exerciseSolved});
				return this.check();
			case 'read':
				return this.runForMe();
			case 'predict':
				return this.#set({message: messages.nothingToShow});
		}
	}

	async reset(): Promise<void> {
		if (this.#step.kind === 'code' && this.#exercise !== undefined) {
			this.#exercise.restore();
			this.#set({message: messages.exerciseRestored});
			return this.check();
		}
		await this.#begin('renew');
	}

	async check(): Promise<void> {
		const step = this.#step;
		if (step.kind === 'code') return this.#runTests(step);
		if (step.kind !== 'do' && step.kind !== 'break') return;
		if (this.#facts.sandbox.state !== 'running') return this.#set({message: this.#whyNoSandbox()});
		if (this.#facts.status !== 'todo') return;
		await this.#during('checking', () => this.#judge({asked: true}));
	}

	setLanguage(language: Language): void {
		this.#progress.setLanguage(language);
		this.#set({language});
	}

	resize(size: TerminalSize): void {
		this.#stage?.resize(size);
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#leave();
		clearTimeout(this.#timer);
		this.#stage?.closeShell();
		this.#listeners.clear();
	}

	get #step(): LessonStep {
		return stepsOf(this.#loaded.lesson)[this.#facts.stepIndex]![1];
	}

	get #anchor(): string {
		return stepsOf(this.#loaded.lesson)[this.#facts.stepIndex]![0];
	}

	get #isFinished(): boolean {
		return stepsOf(this.#loaded.lesson).every(([anchor]) => this.#facts.done.has(anchor));
	}

	#goTo(stepIndex: number): void {
		const [anchor] = stepsOf(this.#loaded.lesson)[stepIndex]!;
		this.#save(progress => ({...progress, at: anchor}));
		void this.#begin('keep', {stepIndex});
	}

	/** Begins a step: with the sandbox as it is, with one just brought up, or with a fresh one. */
	async #begin(stage: 'open' | 'keep' | 'renew', change: Partial<Facts> = {}): Promise<void> {
		this.#leave();
		const {signal} = this.#visit;
		this.#facts = {...this.#facts, stepIndex: change.stepIndex ?? this.#facts.stepIndex};
		const step = this.#step;
		const isDone = this.#facts.done.has(this.#anchor);
		this.#set({
			status: isDone && step.kind !== 'break' ? 'done' : 'todo',
			phase: step.kind === 'break' ? 'weak' : undefined,
			exercise: undefined,
			diagnosis: undefined,
			hintsShown: 0,
			before: undefined,
			message: undefined,
			finished: false,
			...(stage === 'keep' || this.#stage === undefined ? {} : unopened),
			...change,
		});
		if (step.kind === 'code') this.#openExercise(step);
		try {
			await this.#ready(stage, step, signal);
		} catch (error) {
			if (!signal.aborted) this.#set({message: messageOf(error)});
		}
	}

	async #ready(how: 'open' | 'keep' | 'renew', step: LessonStep, signal: AbortSignal): Promise<void> {
		const stage = this.#stage;
		if (stage === undefined) return;
		if (how !== 'keep') {
			try {
				await this.#alone(() => (how === 'open' ? stage.open() : stage.renew()));
			} catch (error) {
				this.#set({sandbox: {state: 'ended'}});
				throw error;
			}
			this.#set({sandbox: {state: 'running'}, terminal: stage.terminal});
		}
		await this.#alone(() => Promise.resolve());
		if (signal.aborted || this.#facts.sandbox.state !== 'running') return;
		await stage.prepare(step.prepare ?? []);
		const look = await stage.look();
		if (signal.aborted) return;
		stage.linesEntered = 0;
		this.#set({before: look.now, look});
		this.#schedule(LOOK_MILLISECONDS);
		if (step.kind === 'code') await this.#runTests(step);
	}

	/** Waits for its turn: a sandbox is not brought up and thrown away at the same time. */
	#turn: Promise<unknown> = Promise.resolve();
	#alone<T>(work: () => Promise<T>): Promise<T> {
		const mine = this.#turn.then(work);
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	#leave(): void {
		this.#visit.abort();
		this.#visit = new AbortController();
		this.#suspicion = undefined;
		this.#judged = {movement: '', at: 0};
		this.#stopWatching();
		this.#stopWatching = () => {};
		this.#exercise = undefined;
	}

	#schedule(milliseconds: number): void {
		clearTimeout(this.#timer);
		if (!this.#closed) this.#timer = setTimeout(() => void this.#watch(), milliseconds);
	}

	/** The steady look: shows the kernel's objects and judges them. It takes at most a fifth of the time. */
	async #watch(): Promise<void> {
		const startedAt = Date.now();
		if (!this.#looking && this.#facts.sandbox.state === 'running' && this.#facts.before !== undefined) {
			this.#looking = true;
			try {
				await this.#judge({asked: false});
			} catch {
				await this.#noticeEnd();
			} finally {
				this.#looking = false;
			}
		}
		this.#schedule(Math.max(LOOK_MILLISECONDS, 4 * (Date.now() - startedAt)));
	}

	async #judge({asked}: {readonly asked: boolean}): Promise<void> {
		const stage = this.#stage!;
		const {signal} = this.#visit;
		const step = this.#step;
		const look = await stage.look();
		if (signal.aborted || this.#facts.before === undefined) return;
		this.#set({look});
		if (this.#facts.status === 'done' || this.#facts.status === 'running') return;
		if (step.kind !== 'do' && step.kind !== 'break') return;
		if (!asked && this.#isQuiet(look)) return;
		const world = stage.world(this.#facts.before, look);
		const phase = this.#facts.phase ?? 'weak';
		if (await holds(goalOf(step, phase), world)) return signal.aborted ? undefined : this.#reached(step);
		const found = asked || stage.linesEntered > 0 ? await diagnose(step, world) : undefined;
		if (signal.aborted) return;
		// A state in passing is not a mistake: what the learner sees must have stood for two looks.
		const confirmed = asked || found === this.#suspicion ? found : this.#facts.diagnosis;
		this.#suspicion = found;
		this.#set({diagnosis: confirmed, ...(asked && found === undefined ? {message: messages.notYet} : {})});
	}

	/** Whether nothing has moved since the last judgement: neither on the learner's terminal nor among the processes. */
	#isQuiet({now}: Look): boolean {
		const processes = now.processes.map(
			({pid, startTicks, state}) => `${pid}/${startTicks}${state === 'zombie' ? 'Z' : ''}`,
		);
		const movement = `${this.#stage!.bytesPrinted} ${processes.join(' ')}`;
		const isSettled = movement === this.#judged.movement && this.#suspicion === this.#facts.diagnosis;
		if (isSettled && Date.now() - this.#judged.at < QUIET_MILLISECONDS) return true;
		this.#judged = {movement, at: Date.now()};
		return false;
	}

	#reached(step: LessonStep): void {
		this.#set({diagnosis: undefined, message: undefined});
		if (step.kind === 'break' && this.#facts.phase === 'weak') {
			this.#set({status: 'done', message: messages.weakDone});
			return;
		}
		this.#markDone();
	}

	#markDone(): void {
		const anchor = this.#anchor;
		this.#set({status: 'done', done: new Set([...this.#facts.done, anchor])});
		this.#save(progress => ({...progress, done: [...new Set([...progress.done, anchor])]}));
	}

	async #runPrediction(step: PredictStep, anchor: string, chosen: number): Promise<number> {
		const {stdout} = await this.#stage!.run(`exec 2>&1\n${step.run}`);
		const actual = actualAnswer(step, stdout);
		this.#set({attempts: {...this.#facts.attempts, [anchor]: {chosen, actual, output: stdout}}});
		return actual;
	}

	async #type(lines: readonly string[]): Promise<void> {
		if (this.#facts.sandbox.state !== 'running') return this.#set({message: this.#whyNoSandbox()});
		if (this.#facts.shellExitCode !== undefined) return this.#set({message: messages.shellEnded});
		if (this.#facts.status === 'running') return;
		const {signal} = this.#visit;
		await this.#during('running', () => this.#stage!.type(lines, signal));
		if (!signal.aborted) this.#schedule(0);
	}

	/** Shows a status while `work` goes on; what fails is told in one line. */
	async #during(status: 'running' | 'checking', work: () => Promise<void>): Promise<void> {
		const {signal} = this.#visit;
		const before = this.#facts.status;
		this.#set({status, message: undefined});
		try {
			await work();
		} catch (error) {
			if (!signal.aborted) this.#set({message: messageOf(error)});
		} finally {
			if (!signal.aborted && this.#facts.status === status) this.#set({status: before});
		}
	}

	#openExercise({exercise}: CodeStep): void {
		try {
			this.#exercise = openExercise(exercise, this.#exercisePlaces);
		} catch (error) {
			return this.#set({message: messageOf(error)});
		}
		this.#set({exercise: {running: false, file: this.#exercise.path, passed: 0, failed: 0, skipped: 0}});
		this.#stopWatching = this.#exercise.watch(() => void this.check());
	}

	/** Whether the file was saved again while its tests ran. */
	#savedAgain = false;
	async #runTests(step: CodeStep): Promise<void> {
		const {exercise} = this.#facts;
		if (exercise === undefined) return;
		if (this.#facts.sandbox.state !== 'running') return this.#set({message: this.#whyNoSandbox()});
		if (exercise.running) {
			this.#savedAgain = true;
			return;
		}
		const {signal} = this.#visit;
		this.#set({exercise: {...exercise, running: true}, status: 'checking'});
		do {
			this.#savedAgain = false;
			const tests = await this.#testExercise(step);
			if (signal.aborted) return;
			this.#set({exercise: {...tests, running: this.#savedAgain, file: exercise.file}});
		} while (this.#savedAgain);
		await this.#judgeTests(step, signal);
	}

	async #testExercise({exercise}: CodeStep): Promise<TestResult> {
		try {
			return await testModule(exercise, 'exercise', this.#stage!.runner, this.#exercisePlaces?.course);
		} catch (error) {
			return {passed: 0, failed: 0, skipped: 0, broken: messageOf(error)};
		}
	}

	async #judgeTests(step: CodeStep, signal: AbortSignal): Promise<void> {
		const tests = this.#facts.exercise!;
		if (allPassed(tests)) {
			this.#set({diagnosis: undefined});
			return this.#markDone();
		}
		const look = await this.#stage!.look();
		const world: World = {...this.#stage!.world(this.#facts.before ?? look.now, look), tests};
		const diagnosis = await diagnose(step, world);
		if (signal.aborted) return;
		const onlySkipped = tests.failed === 0 && tests.broken === undefined && tests.skipped > 0;
		this.#set({
			status: this.#facts.done.has(this.#anchor) ? 'done' : 'todo',
			diagnosis,
			...(onlySkipped ? {message: messages.testsSkipped} : {}),
		});
	}

	#shellEnded(): void {
		this.#set({shellExitCode: this.#stage?.shellExitCode, message: messages.shellEnded});
		void this.#noticeEnd();
	}

	async #noticeEnd(): Promise<void> {
		const state = await this.#stage?.status();
		if (state === 'running' || this.#facts.sandbox.state !== 'running') return;
		this.#set({sandbox: {state: 'ended'}, message: messages.sandboxEnded});
	}

	#whyNoSandbox(): Facts['message'] {
		const {sandbox} = this.#facts;
		if (sandbox.state === 'unavailable') return sandbox.why || messages.noSandbox;
		return sandbox.state === 'ended' ? messages.sandboxEnded : messages.noSandbox;
	}

	#save(change: Parameters<ProgressStore['updateLesson']>[1]): void {
		this.#progress.updateLesson(this.#loaded.lesson.id, change);
	}

	#set(change: Partial<Facts>): void {
		if (this.#closed) return;
		this.#facts = {...this.#facts, ...change};
		this.#state = this.#derive();
		for (const listener of this.#listeners) listener();
	}

	#derive(): PlayerState {
		return stateOf(this.#loaded, this.#facts);
	}
}

/** While a sandbox is brought up there is no shell, and nothing to see. */
const unopened: Partial<Facts> = {
	sandbox: {state: 'starting'},
	terminal: undefined,
	shellExitCode: undefined,
	look: undefined,
};

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
