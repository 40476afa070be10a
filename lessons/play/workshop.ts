/**
 * The workshop: a `code` step's exercise, tested whenever it is saved.
 * @module
 */
import {dirname} from 'node:path';
import {type ExerciseFile, type ExercisePlaces, openExercise} from '../exercise.ts';
import type {CodeStep, TestResult} from '../lesson.ts';
import {allPassed, testModule} from '../module-tests.ts';
import {diagnose} from './judge.ts';
import {messages} from './messages.ts';
import type {Stage} from './stage.ts';
import type {Store} from './store.ts';

export class Workshop {
	readonly #store: Store;
	readonly #step: CodeStep;
	readonly #places: ExercisePlaces;
	readonly #file: ExerciseFile;
	readonly #stopWatching: () => void;
	#isClosed = false;
	/** Whether the file was saved again while its tests ran. */
	#savedAgain = false;

	/**
	 * Opens the exercise and calls `onSave` whenever it is saved.
	 *
	 * @throws {Error} if there is no such exercise.
	 */
	constructor(store: Store, step: CodeStep, places: ExercisePlaces, onSave: () => void) {
		this.#store = store;
		this.#step = step;
		this.#places = places;
		this.#file = openExercise(step.exercise, places);
		this.#stopWatching = this.#file.watch(onSave);
		store.set({exercise: {running: false, file: this.#file.path, passed: 0, failed: 0, skipped: 0}});
	}

	solve(): void {
		this.#file.solve();
		this.#store.set({message: messages.exerciseSolved});
	}

	restore(): void {
		this.#file.restore();
		this.#store.set({message: messages.exerciseRestored});
	}

	/** Runs the tests and judges them; saved meanwhile, once more. */
	async test(stage: Stage): Promise<void> {
		const exercise = this.#store.facts.exercise!;
		if (exercise.running) {
			this.#savedAgain = true;
			return;
		}
		this.#store.set({exercise: {...exercise, running: true}, status: 'checking'});
		do {
			this.#savedAgain = false;
			const tests = await this.#run(stage);
			if (this.#isClosed) return;
			this.#store.set({exercise: {...tests, running: this.#savedAgain, file: exercise.file}});
		} while (this.#savedAgain);
		await this.#judge(stage);
	}

	close(): void {
		this.#isClosed = true;
		this.#stopWatching();
	}

	async #run(stage: Stage): Promise<TestResult> {
		try {
			await stage.refresh(dirname(this.#file.path));
			return await testModule(this.#step.exercise, 'exercise', stage.runner, this.#places.course);
		} catch (error) {
			return {passed: 0, failed: 0, skipped: 0, broken: error instanceof Error ? error.message : String(error)};
		}
	}

	async #judge(stage: Stage): Promise<void> {
		const tests = this.#store.facts.exercise!;
		if (allPassed(tests)) {
			this.#store.set({diagnosis: undefined});
			this.#store.markDone();
			return;
		}
		const look = await stage.look();
		const world = {...stage.world(this.#store.facts.before ?? look.now, look), tests};
		const diagnosis = await diagnose(this.#step, world);
		if (this.#isClosed) return;
		const onlySkipped = tests.failed === 0 && tests.broken === undefined && tests.skipped > 0;
		this.#store.set({
			status: this.#store.facts.done.has(this.#store.anchor) ? 'done' : 'todo',
			diagnosis,
			...(onlySkipped ? {message: messages.testsSkipped} : {}),
		});
	}
}
