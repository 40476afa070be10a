/**
 * The way back through a lesson, where the sandbox keeps its memory: every step begins with a snapshot, and who goes
 * back leaves one behind, to come again.
 *
 * The surprise: it costs no more than what the learner has changed. A snapshot holds the memory that differs from that
 * of a pristine machine, and is taken in a tenth of a second.
 * @module
 */
import type {BreakPhase, WayBack} from '../state.ts';
import {type Branches, grown, type Mark, noBranches, redoTarget, undoTarget} from './branches.ts';
import type {Look, Stage} from './stage.ts';

/** Where a learner is in a lesson. */
export interface Place {
	readonly anchor: string;
	readonly stepIndex: number;
	readonly phase: BreakPhase | undefined;
	readonly look: Look | undefined;
	readonly before: Mark['before'];
}

export class Past {
	readonly #lessonId: string;
	readonly #stage: Stage;
	#branches: Branches = noBranches;
	/** How many snapshots were taken, so that each has a name of its own. */
	#count = 0;

	constructor(lessonId: string, stage: Stage) {
		this.#lessonId = lessonId;
		this.#stage = stage;
	}

	/** Which ways there are; undefined in a sandbox that forgets. */
	get ways(): WayBack | undefined {
		if (!this.#stage.keepsMemory || this.#branches.at === undefined) return undefined;
		return {forth: redoTarget(this.#branches) !== undefined};
	}

	/** A step begins. @throws {Error} if the sandbox can't be saved. */
	async begin(place: Place): Promise<void> {
		if (this.#stage.keepsMemory) await this.#save('start', place);
	}

	/** The moment that a key leads to. @param isLost whether the sandbox or its shell has ended. */
	target(key: 'undo' | 'redo', isLost: boolean): Mark | undefined {
		return key === 'undo' ? undoTarget(this.#branches, isLost || this.#stage.hasChanged) : redoTarget(this.#branches);
	}

	/** Goes to a moment. What was done since the last one is saved first, unless the sandbox has ended of it. */
	async goTo(mark: Mark, leaving: Place): Promise<void> {
		if (this.#stage.hasChanged && (await this.#stage.status()) === 'running') {
			await this.#leave(leaving).catch(() => undefined);
		}
		await this.#stage.restore(mark.name, mark);
		this.#branches = {...this.#branches, at: mark};
	}

	async #leave(place: Place): Promise<void> {
		// The steady look may be half a second old.
		await this.#save('left', {...place, look: await this.#stage.look()});
	}

	async #save(kind: Mark['kind'], {anchor, stepIndex, phase, look, before}: Place): Promise<void> {
		const name = `${this.#lessonId}/${anchor}/${++this.#count}`;
		await this.#stage.snapshot(name);
		const [shell, workingDirectory] = [look?.shell?.pid, look?.shell?.cwd];
		this.#branches = grown(this.#branches, {name, kind, stepIndex, phase, shell, workingDirectory, before});
	}
}
