/**
 * A `break` step: an attack, first on the weak way, then on the right one.
 * @module
 */
import type {BreakStep} from '#lesson';
import type {PlayerState} from '#lessons/state';
import type {Strings} from '../strings/strings.ts';
import {type Line, line} from '../text/line.ts';
import {ACCENT, BAD, GOOD, STRONG} from '../text/theme.ts';
import {doneLine, helpLines, wrapped} from './parts.ts';

/** Goal, which of the two ways is under attack, how it stands. */
export function breakLines({goal}: BreakStep, player: PlayerState, strings: Strings, width: number): readonly Line[] {
	const isWeak = player.phase !== 'fixed';
	const done = isWeak ? wrapped(`✓ ${strings.step.nextAttack}`, width, GOOD) : [doneLine(strings.step.achieved)];
	return [
		line(
			`${isWeak ? '1/2' : '2/2'} ${strings.step.phases[isWeak ? 'weak' : 'fixed']}`,
			player.status === 'done' ? GOOD : isWeak ? BAD : ACCENT,
		),
		...wrapped(goal[player.language], width, STRONG),
		...helpLines(player, strings, width),
		...(player.status === 'done' ? done : []),
	];
}
