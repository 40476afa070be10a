/**
 * The machine's terminal on a slide: its title, and its lines.
 * @module
 */
import type {Screen} from '#lessons/app/terminal/live-terminal';
import {type Line, line, run} from '#lessons/app/text/line';
import {BAD, FAINT, GOOD, WARNING} from '#lessons/app/text/theme';
import {titleLine} from '#lessons/app/view/title-line';
import {isExpected} from '../run-block.ts';
import {stringsOf} from '../strings.ts';
import {currentSlide, type ShowState, seenBlocks} from './show-state.ts';

/** The title tells where the keys go, and how the block has ended. */
export function paneTitle(state: ShowState, width: number): Line {
	const strings = stringsOf(state.language);
	return titleLine(strings.machine.title, width, state.focus === 'terminal', ending(state));
}

/** What the terminal shows; before it is there, why not. */
export function paneLines(state: ShowState, screen: Screen | undefined): readonly Line[] {
	if (screen !== undefined) return screen.lines;
	return state.machine.state === 'starting' ? [line(startingText(state), FAINT)] : [];
}

/** How far a machine has come that is being started. */
export function startingText({machine, language}: ShowState): string {
	const strings = stringsOf(language).machine;
	return machine.state === 'starting' && machine.percent !== undefined
		? strings.preparing(machine.percent)
		: strings.starting;
}

function ending(state: ShowState): Line {
	const strings = stringsOf(state.language).machine;
	const pane = state.panes.get(state.slide);
	const block = pane && seenBlocks(state, currentSlide(state).lastStep)[pane.block];
	if (pane === undefined || block === undefined) return [];
	if (pane.exitCode === undefined) return [run(strings.running, WARNING)];
	if (!isExpected(block, pane.exitCode)) return [run(strings.notAsDeclared(pane.exitCode), BAD)];
	// A failure that belongs there should not look like one that doesn't.
	return block.expected === 0
		? [run(strings.ended(pane.exitCode), FAINT)]
		: [run(strings.asDeclared(pane.exitCode), GOOD)];
}
