/**
 * A `do` step: a goal, perhaps the command that leads there.
 * @module
 */
import type {DoStep} from '#lesson';
import type {PlayerState} from '#lessons/state';
import type {Strings} from '../strings/strings.ts';
import type {Line} from '../text/line.ts';
import {STRONG} from '../text/theme.ts';
import {commandLine, doneLine, helpLines, wrapped} from './parts.ts';

/** Goal, command, how it stands. */
export function doLines(
	{goal, command}: DoStep,
	player: PlayerState,
	strings: Strings,
	width: number,
): readonly Line[] {
	return [
		...wrapped(goal[player.language], width, STRONG),
		...(command === undefined ? [] : [commandLine(command, width)]),
		...helpLines(player, strings, width),
		...(player.status === 'done' ? [doneLine(strings.step.achieved)] : []),
	];
}
