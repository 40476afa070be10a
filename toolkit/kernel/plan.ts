/**
 * A plan: what it takes to start a container, as an ordered list of steps.
 *
 *     host       make the cgroup · make the network · lay the layers
 *     container      mounts · pivot_root · host name · capabilities · exec
 *
 * One list serves everything: it is run, unwound in reverse when a step fails, printed (`--plan`),
 * narrated (`--explain`) and drawn in lessons.
 *
 * The surprise: `undo` remembers nothing. It finds what its step made by name, so that another
 * process can unwind the plan of one that was killed.
 * @module
 */

/** One step of a plan. */
export interface Step {
	/** The toolkit's module that it comes from: `pid`. */
	readonly module: string;
	/** What is done, as a short command: "count processes from 1". */
	readonly title: string;
	/** Why a container needs it, in a sentence. */
	readonly why: string;
	/**
	 * Where it runs: `host` in the process that starts the container, `container` in the one that will become it.
	 * Default: `container`. What was made there ends with it, so only steps on the host need an `undo`.
	 */
	readonly where?: 'host' | 'container';
	/** Does it. Synchronous: file calls that wait would run in threads that have not entered the namespaces. */
	readonly run: () => void;
	/**
	 * Undoes it, also if `run` stopped halfway or never started, and in another process than the one that ran it.
	 * It must find what to remove by name and be content if there is nothing.
	 */
	readonly undo?: () => void;
}

/** A step that failed, with what the kernel said as its cause. */
export class StepError extends Error {
	override readonly name = 'StepError';
	readonly step: Step;
	constructor(step: Step, cause: unknown) {
		super(`${step.module}: can't ${step.title}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
		this.step = step;
	}
}

/** What a listener is told while a plan runs. */
export type StepListener = (step: Step, event: 'start' | 'done' | 'failed' | 'undone') => void;

/**
 * Runs steps in order. If one fails, those begun are undone, last first.
 *
 * @throws {StepError} of the step that failed.
 */
export function runSteps(steps: readonly Step[], listener: StepListener = () => {}): void {
	for (const [index, step] of steps.entries()) {
		listener(step, 'start');
		try {
			step.run();
		} catch (cause) {
			listener(step, 'failed');
			undoSteps(steps.slice(0, index + 1), listener);
			throw new StepError(step, cause);
		}
		listener(step, 'done');
	}
}

/**
 * Undoes steps, last first. An `undo` that fails does not stop the others.
 *
 * @returns what could not be undone.
 */
export function undoSteps(steps: readonly Step[], listener: StepListener = () => {}): readonly StepError[] {
	const failures: StepError[] = [];
	for (const step of steps.toReversed()) {
		if (step.undo === undefined) continue;
		try {
			step.undo();
			listener(step, 'undone');
		} catch (cause) {
			failures.push(new StepError(step, cause));
		}
	}
	return failures;
}
