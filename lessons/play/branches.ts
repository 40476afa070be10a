/**
 * The moments of a lesson that can be gone back to, as a tree: nothing that was tried is lost.
 *
 *     step 1 ──▶ step 2 ──▶ step 3
 *                  ├─ a try
 *                  └─ another      undo: towards the root      redo: away from it; at a branch's end, the next branch
 *
 * @module
 */
import type {Snapshot} from '#observe/types';
import type {BreakPhase} from '../state.ts';

/** One moment, as the sandbox remembers it and as the player has to. */
export interface Mark {
	/** The sandbox's snapshot. */
	readonly name: string;
	/** `start`: a step began; `left`: an undo or a redo led away from here. */
	readonly kind: 'start' | 'left';
	readonly parent: Mark | undefined;
	readonly stepIndex: number;
	readonly phase: BreakPhase | undefined;
	/** The learner's shell, by its process's number, and where it was. */
	readonly shell: number | undefined;
	readonly workingDirectory: string | undefined;
	/** The kernel's objects when the step began. */
	readonly before: Snapshot | undefined;
}

/** All moments, the oldest first, and the one that the present comes from. */
export interface Branches {
	readonly marks: readonly Mark[];
	readonly at: Mark | undefined;
}

export const noBranches: Branches = {marks: [], at: undefined};

/** One moment more, which follows the one that the present comes from. */
export function grown({marks, at}: Branches, mark: Omit<Mark, 'parent'>): Branches {
	const added = {...mark, parent: at};
	return {marks: [...marks, added], at: added};
}

/**
 * The moment that undo leads to: the step's start; from there, the start before.
 *
 * @param hasChanged whether anything was done since the moment that the present comes from.
 */
export function undoTarget({at}: Branches, hasChanged: boolean): Mark | undefined {
	let mark = hasChanged ? at : at?.parent;
	while (mark?.kind === 'left') mark = mark.parent;
	return mark;
}

/** The moment that redo leads to: the youngest that followed; where none did, the next branch beside this one. */
export function redoTarget({marks, at}: Branches): Mark | undefined {
	if (at === undefined) return undefined;
	const next = marks.findLast(({parent}) => parent === at);
	if (next !== undefined) return next;
	const branches = marks.filter(({parent}) => parent === at.parent);
	const beside = branches.at(branches.indexOf(at) - 1);
	return beside === at ? undefined : beside;
}
