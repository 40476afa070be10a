/**
 * The player's moves: what each key does.
 *
 *     store      what is known, and the state made of it
 *     stage      the sandbox with the learner's shell
 *     passage    the way from one moment to another, and back
 *     lookout    the steady look, and the judgement
 *     workshop   the exercise of a `code` step
 *
 * @module
 */
import type {TerminalSize} from '#sandbox';
import {explanationOf} from '#words/explained-error';
import type {Language, PredictStep} from '../lesson.ts';
import type {LessonPlayer, PlayerOptions, PlayerState} from '../player.ts';
import {type Facts, openingFacts, stepsOf, unopened} from './facts.ts';
import {actualAnswer, solveOf} from './judge.ts';
import {Lookout} from './lookout.ts';
import {messages} from './messages.ts';
import {type Beginning, Passage} from './passage.ts';
import {Stage} from './stage.ts';
import {Store} from './store.ts';
import {Workshop} from './workshop.ts';

export class SandboxedPlayer implements LessonPlayer {
	readonly #options: PlayerOptions;
	readonly #store: Store;
	readonly #stage: Stage | undefined;
	readonly #lookout: Lookout | undefined;
	readonly #passage: Passage | undefined;
	readonly subscribe: (listener: () => void) => () => void;
	readonly getState: () => PlayerState;
	#workshop: Workshop | undefined;
	/** Aborted when the step at hand is left: what was begun for it then changes nothing any more. */
	#visit = new AbortController();
	/** Settles when the step at hand has its sandbox, with whether it runs. */
	#arrival: Promise<boolean> = Promise.resolve(false);
	/** What waits for that: the last key counts. */
	#waiting: object | undefined;

	constructor(options: PlayerOptions) {
		const {loaded, progress, language, sandbox, whyNot = '', size = {columns: 80, rows: 24}} = options;
		const view =
			sandbox === undefined ? ({state: 'unavailable', why: whyNot} as const) : ({state: 'starting'} as const);
		const past = progress.lesson(loaded.lesson.id);
		this.#options = options;
		this.#store = new Store(loaded, progress, openingFacts(loaded.lesson, past, {language, sandbox: view}));
		this.subscribe = this.#store.subscribe;
		this.getState = this.#store.getState;
		if (sandbox !== undefined) {
			this.#stage = new Stage(sandbox, loaded.lesson, size);
			this.#stage.onShellEnd = () => this.#shellEnded();
			this.#lookout = new Lookout(this.#store, this.#stage);
			this.#passage = new Passage(this.#store, this.#stage, options);
		}
		void this.#begin('open');
	}

	next(): void {
		const {stepIndex, phase, status} = this.#store.facts;
		if (phase === 'weak' && status === 'done') {
			void this.#begin('renew', {phase: 'fixed'});
			return;
		}
		if (this.#store.step.kind === 'read') this.#store.markDone();
		if (stepIndex + 1 < this.#steps.length) this.#goTo(stepIndex + 1);
		else this.#finish();
	}

	previous(): void {
		const {finished, stepIndex} = this.#store.facts;
		if (finished) this.#store.set({finished: false});
		else if (stepIndex > 0) this.#goTo(stepIndex - 1);
	}

	async predict(answer: number): Promise<void> {
		const {step, facts} = this.#store;
		if (step.kind !== 'predict' || step.answers[answer] === undefined || facts.status === 'running') return;
		await this.#during('running', stage => this.#runPrediction(stage, step, answer));
	}

	async runForMe(): Promise<void> {
		const {step} = this.#store;
		const command = 'command' in step ? step.command : undefined;
		if (command === undefined) this.#store.set({message: messages.noCommand});
		else await this.#type([command]);
	}

	hint(): void {
		const {step, facts} = this.#store;
		const count = 'hints' in step ? step.hints.length : 0;
		if (facts.hintsShown < count) this.#store.set({hintsShown: facts.hintsShown + 1});
		else this.#store.set({message: messages.lastHint});
	}

	async showMe(): Promise<void> {
		const {step, facts} = this.#store;
		switch (step.kind) {
			case 'do':
			case 'break':
				return this.#type(solveOf(step, facts.phase ?? 'weak'), {beginsAfresh: true});
			case 'code':
				this.#workshop?.solve();
				return this.check();
			case 'read':
				return this.runForMe();
			case 'predict':
				this.#store.set({message: messages.nothingToShow});
		}
	}

	async reset(): Promise<void> {
		if (this.#workshop === undefined) return this.#begin('renew', {phase: this.#store.facts.phase});
		this.#workshop.restore();
		await this.check();
	}

	undo(): Promise<void> {
		return this.#travel('undo');
	}

	redo(): Promise<void> {
		return this.#travel('redo');
	}

	async check(): Promise<void> {
		const {step, facts} = this.#store;
		if (step.kind === 'code') await this.#withStage(stage => this.#workshop?.test(stage));
		else if (facts.status === 'todo') await this.#during('checking', () => this.#lookout!.judge({asked: true}));
	}

	setLanguage(language: Language): void {
		this.#options.progress.setLanguage(language);
		this.#store.set({language});
	}

	resize(size: TerminalSize): void {
		this.#stage?.resize(size);
	}

	async close(): Promise<void> {
		this.#store.close();
		this.#leave();
		this.#stage?.closeShell();
	}

	get #steps(): ReturnType<typeof stepsOf> {
		return stepsOf(this.#options.loaded.lesson);
	}

	#goTo(stepIndex: number): void {
		const [anchor] = this.#steps[stepIndex]!;
		this.#store.save(progress => ({...progress, at: anchor}));
		void this.#begin('keep', {stepIndex});
	}

	#finish(): void {
		const {done} = this.#store.facts;
		const finished = this.#steps.every(([anchor]) => done.has(anchor));
		this.#store.save(progress => ({...progress, finished}));
		this.#store.set({finished: true});
	}

	#leave(): void {
		this.#visit.abort();
		this.#visit = new AbortController();
		this.#workshop?.close();
		this.#workshop = undefined;
	}

	/** Takes the sandbox, and the learner with it, to another moment. */
	async #travel(key: 'undo' | 'redo'): Promise<void> {
		const mark = await this.#passage?.target(key);
		if (mark === undefined) return;
		this.#store.save(progress => ({...progress, at: this.#steps[mark.stepIndex]![0]}));
		await this.#begin(mark, {stepIndex: mark.stepIndex, phase: mark.phase});
	}

	/** Begins a step, or one of its phases. */
	async #begin(
		beginning: Beginning,
		{stepIndex = this.#store.facts.stepIndex, phase}: Partial<Facts> = {},
	): Promise<void> {
		const arrive = this.#passage?.depart(beginning);
		this.#leave();
		const {signal} = this.#visit;
		const [anchor, step] = this.#steps[stepIndex]!;
		this.#store.set({
			stepIndex,
			status: this.#store.facts.done.has(anchor) && step.kind !== 'break' ? 'done' : 'todo',
			phase: step.kind === 'break' ? (phase ?? 'weak') : undefined,
			exercise: undefined,
			diagnosis: undefined,
			hintsShown: 0,
			before: undefined,
			message: undefined,
			finished: false,
			...(beginning === 'keep' || this.#stage === undefined ? {} : unopened),
		});
		try {
			if (step.kind === 'code') {
				this.#workshop = new Workshop(this.#store, step, this.#options.exercises ?? {}, () => void this.check());
			}
			const arrival = arrive?.(signal) ?? Promise.resolve(false);
			this.#arrival = arrival.catch(() => false);
			if (await arrival) await this.#watch(signal);
		} catch (error) {
			if (!signal.aborted) this.#store.set({message: explanationOf(error)});
		}
	}

	/** Looks out from now on. */
	async #watch(signal: AbortSignal): Promise<void> {
		this.#lookout!.start(signal);
		if (this.#store.step.kind === 'code') await this.check();
	}

	async #runPrediction(stage: Stage, step: PredictStep, chosen: number): Promise<void> {
		const [store, {anchor}, {signal}] = [this.#store, this.#store, this.#visit];
		store.set({attempts: {...store.facts.attempts, [anchor]: {chosen}}});
		stage.hasActed = true;
		const {stdout: output} = await stage.run(`exec 2>&1\n${step.run}`);
		if (signal.aborted) return;
		const actual = actualAnswer(step, output);
		// The first answer stays: a second try does not change what was predicted.
		const first = {[anchor]: {chosen, actual}};
		store.set({
			attempts: {...store.facts.attempts, [anchor]: {chosen, actual, output}},
			past: {...first, ...store.facts.past},
		});
		store.save(progress => ({...progress, predictions: {...first, ...progress.predictions}}));
		store.markDone();
	}

	/** @param beginsAfresh whether the lines were written for a shell that nothing runs in. */
	async #type(lines: readonly string[], {beginsAfresh = false} = {}): Promise<void> {
		const {facts} = this.#store;
		if (facts.sandbox.state === 'running' && facts.shellExitCode !== undefined) {
			this.#store.set({message: messages.shellEnded});
			return;
		}
		if (facts.status === 'running') return;
		const {signal} = this.#visit;
		await this.#during('running', async stage => {
			if (beginsAfresh) await this.#leaveInnerShells(stage, signal);
			await stage.type(lines, signal);
		});
		this.#lookout?.soon();
	}

	/** An inner shell that the learner left running, or an editor, would get what is typed. */
	async #leaveInnerShells(stage: Stage, signal: AbortSignal): Promise<void> {
		if ((await stage.look()).family.length === 1) return;
		signal.throwIfAborted();
		await stage.openShell();
		this.#store.set({terminal: stage.terminal, message: messages.freshShell});
	}

	/** Shows a status while `work` goes on; what fails is told in one line. */
	async #during(status: 'running' | 'checking', work: (stage: Stage) => Promise<void>): Promise<void> {
		const {signal} = this.#visit;
		await this.#withStage(async stage => {
			const before = this.#store.facts.status;
			this.#store.set({status, message: undefined});
			try {
				await work(stage);
			} catch (error) {
				if (!signal.aborted) this.#store.set({message: explanationOf(error)});
			}
			if (!signal.aborted && this.#store.facts.status === status) this.#store.set({status: before});
		});
	}

	/** Does what needs a sandbox, when it is there; without one, tells why there is none. */
	async #withStage(work: (stage: Stage) => Promise<void> | undefined): Promise<void> {
		if (this.#store.facts.sandbox.state === 'starting' && !(await this.#hasArrived())) return;
		const {sandbox} = this.#store.facts;
		if (this.#stage !== undefined && sandbox.state === 'running') return work(this.#stage);
		const why = sandbox.state === 'unavailable' ? sandbox.why : '';
		this.#store.set({message: sandbox.state === 'ended' ? messages.sandboxEnded : why || messages.noSandbox});
	}

	/** Waits for the sandbox of the step at hand. If it can't be had, that was told. */
	async #hasArrived(): Promise<boolean> {
		const [{signal}, waiting] = [this.#visit, {}];
		this.#waiting = waiting;
		this.#store.set({message: messages.starting});
		const isThere = await this.#arrival;
		if (!isThere || signal.aborted || this.#waiting !== waiting) return false;
		if (this.#store.facts.message === messages.starting) this.#store.set({message: undefined});
		return true;
	}

	#shellEnded(): void {
		this.#store.set({shellExitCode: this.#stage!.shellExitCode, message: messages.shellEnded});
		void this.#lookout!.noticeEnd();
	}
}
