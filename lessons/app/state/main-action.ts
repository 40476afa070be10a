/**
 * What Enter does, which is what the lesson would have the learner do now.
 * @module
 */
import type {OpenLesson} from './app-state.ts';

export type MainAction = 'commit' | 'run' | 'edit' | 'check' | 'next' | 'finish';

/** The action that Enter stands for in this step, as far as it has come. */
export function mainAction({player, hasRun}: OpenLesson): MainAction | undefined {
	if (player.summary !== undefined) return 'finish';
	const {step, status} = player;
	if (status === 'running') return undefined;
	switch (step.kind) {
		case 'read':
			return step.command !== undefined && !hasRun && player.terminal !== undefined ? 'run' : 'next';
		case 'predict':
			return player.prediction === undefined ? 'commit' : 'next';
		case 'do':
			if (status === 'done') return 'next';
			return step.command !== undefined && !hasRun ? 'run' : 'check';
		case 'code':
			return status === 'done' ? 'next' : 'edit';
		case 'break':
			return status === 'done' ? 'next' : 'check';
	}
}
