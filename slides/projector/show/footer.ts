/**
 * The last two lines: what went wrong, or has to be answered; then progress, time and the keys that do something now.
 * @module
 */
import {cutLine} from '#lessons/app/text/cells';
import {type Line, line, lineWidth, run} from '#lessons/app/text/line';
import {ACCENT, FAINT, KEY, WARNING} from '#lessons/app/text/theme';
import {plannedMinutes} from '../deck.ts';
import {type Strings, stringsOf} from '../strings.ts';
import {timingOf} from '../timing.ts';
import {startingText} from './pane-view.ts';
import {canType, currentDeck, currentSlide, nextBlock, type ShowState} from './show-state.ts';

type Hint = readonly [key: string, label: string];

/** Both lines. */
export function footer(state: ShowState): readonly [Line, Line] {
	const {columns} = state.size;
	return [cutLine([run('  '), ...notice(state)], columns), statusLine(state, columns)];
}

function notice(state: ShowState): Line {
	const strings = stringsOf(state.language);
	if (state.overlay === 'leave')
		return [
			run(`${strings.leave}  `, WARNING),
			...hintsLine([
				['q', strings.keys.quit],
				['Esc', strings.keys.stay],
			]),
		];
	if (state.typed !== undefined)
		return [run(strings.goTo(`${state.typed}▏`), WARNING), run('  '), ...hintsLine([['↵', strings.keys.go]])];
	if (state.notice !== undefined) return line(state.notice, WARNING);
	if (state.machine.state === 'unavailable') return line(strings.machine.unavailable(state.machine.why), WARNING);
	// On the first slide there is time to say it; later only a slide that waits for the machine does.
	return state.machine.state === 'starting' && state.slide === 0 ? line(startingText(state), FAINT) : [];
}

const BAR_COLUMNS = 16;

function statusLine(state: ShowState, columns: number): Line {
	const {slides} = currentDeck(state);
	const filled = Math.round((BAR_COLUMNS * (state.slide + 1)) / slides.length);
	const bar: Line = [run('━'.repeat(filled), ACCENT), run('─'.repeat(BAR_COLUMNS - filled), FAINT)];
	const left: Line = [run('  '), ...bar, run(` ${state.slide + 1}/${slides.length}   `, FAINT), ...timeLine(state)];
	const hints = hintsFor(state, stringsOf(state.language));
	const room = columns - lineWidth(left) - 2;
	let kept = hints;
	while (kept.length > 1 && lineWidth(hintsLine(kept)) + 2 > room) kept = kept.slice(0, -1);
	const right = hintsLine(kept);
	return cutLine([...left, run(' '.repeat(Math.max(2, room - lineWidth(right)))), ...right], columns);
}

function timeLine(state: ShowState): Line {
	const strings = stringsOf(state.language);
	const deck = currentDeck(state);
	const {elapsed, lateMinutes} = timingOf(deck, state.slide, state.startedAt, state.now);
	const late = lateMinutes > 0 ? [run(` ${strings.late(lateMinutes)}`, WARNING)] : [];
	return [run(`${elapsed} / ${strings.minutes(plannedMinutes(deck))}`, FAINT), ...late];
}

/** The most useful first: what has no room is left out from the end. */
function hintsFor(state: ShowState, {keys}: Strings): readonly Hint[] {
	if (state.focus === 'terminal') return [['Ctrl-]', keys.leaveTerminal]];
	if (state.overlay === 'overview')
		return [
			['↵', keys.go],
			['↑↓', keys.choose],
			['Esc', keys.close],
		];
	if (state.overlay === 'help') return [['Esc', keys.close]];
	const pane = state.panes.get(state.slide);
	const canRun = nextBlock(state) !== undefined;
	const run: readonly Hint[] = canRun
		? [['↵', pane !== undefined && nextBlock(state) === 0 ? keys.again : keys.run]]
		: [];
	const type: readonly Hint[] = canType(state) ? [['Tab', keys.terminal]] : [];
	const isOver = state.slide === currentDeck(state).slides.length - 1 && state.step === currentSlide(state).lastStep;
	const next: readonly Hint[] = isOver ? [['q', keys.quit]] : [['→', keys.next]];
	return [...run, ...next, ...type, ['?', keys.help]];
}

function hintsLine(hints: readonly Hint[]): Line {
	return hints.flatMap(([key, label], index) => [
		...(index > 0 ? [run('  ')] : []),
		run(key, KEY),
		run(` ${label}`, FAINT),
	]);
}
