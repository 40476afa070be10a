/**
 * An attempt at a step: from its beginning on, as a learner would make it.
 * @module
 */
import {setTimeout as sleep} from 'node:timers/promises';
import type {Check, LessonStep, World} from '../lesson.ts';
import type {Stage} from '../play/stage.ts';
import {ask} from './proof.ts';

/** How long the kernel may take to show what was solved: a zombie needs its second to die. */
const PATIENCE_MILLISECONDS = 8_000;

/** A step under way. */
export interface Attempt {
	/** The world as it is now. */
	look(): Promise<World>;
	/** Types lines and waits for a check. Returns what is wrong, if it doesn't pass. */
	play(lines: readonly string[], check: Check): Promise<string | undefined>;
}

/** Begins a step on a fresh stage. */
export async function begin(step: LessonStep, stage: Stage): Promise<Attempt> {
	await stage.prepare(step.prepare ?? []);
	const {now: before} = await stage.look();
	const look = async (): Promise<World> => stage.world(before, await stage.look());
	return {
		look,
		play: async (lines, check) => {
			await stage.type(lines);
			const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
			for (;;) {
				const answer = await ask(check, await look());
				if (answer === true) return undefined;
				if (Date.now() > giveUpAt)
					return answer === false ? `it does not hold; the shell says: ${stage.lastWords}` : answer;
				await sleep(200);
			}
		},
	};
}
