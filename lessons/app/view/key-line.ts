/**
 * The last line: which keys do something now. As many as fit; the first ones matter most.
 * @module
 */
import {type AppState, hasLiveShell, type OpenLesson} from '../state/app-state.ts';
import {type MainAction, mainAction} from '../state/main-action.ts';
import type {Strings} from '../strings/strings.ts';
import {type Line, line, lineWidth, run} from '../text/line.ts';
import {FAINT, KEY, WARNING} from '../text/theme.ts';
import {helpView} from './help-view.ts';

type Hint = readonly [key: string, label: string];

/** The keys' line of the whole application. */
export function keyLine(state: AppState, strings: Strings): Line {
	const width = state.size.columns - 2;
	if (state.question !== undefined) return questionLine(state, strings);
	if (state.focus === 'terminal') return [run(' '), ...fitted([['Ctrl-]', strings.keys.leaveShell]], width)];
	if (state.isHelpOpen) {
		const scroll = helpView(state).limit > 0 ? [['↑↓', strings.help.scrollHelp] as const] : [];
		return [run(' '), ...fitted([...scroll, ['Esc', strings.help.close]], width)];
	}
	const hints = state.lesson === undefined ? mapHints(state, strings) : lessonHints(state.lesson, strings);
	return [
		run(' '),
		...fitted([...hints, ['?', strings.keys.help], ['l', strings.keys.language], ['q', strings.keys.quit]], width),
	];
}

function questionLine({question}: AppState, strings: Strings): Line {
	const isLeaving = question === 'quit' || question === 'interrupted';
	const yes: Hint = isLeaving ? ['q', strings.keys.quit] : ['y', strings.ask.yes];
	return [
		run(` ${question === undefined ? '' : strings.ask[question]}  `, WARNING),
		...pair(yes),
		run('  '),
		...pair(['Esc', strings.keys.stay]),
	];
}

function mapHints({choice}: AppState, {keys}: Strings): readonly Hint[] {
	const canChoose = choice !== undefined && choice.install === undefined && choice.available.length > 1;
	return [
		['↵', keys.open],
		['↑↓', keys.move],
		...(canChoose ? [['v', keys.otherSandbox] as const] : []),
		...(choice?.install === undefined ? [] : [['v', keys.getMachine] as const]),
	];
}

function lessonHints(lesson: OpenLesson, {keys}: Strings): readonly Hint[] {
	const {player} = lesson;
	const main = mainAction(lesson);
	if (player.summary !== undefined) return [['↵', keys.finish]];
	const isHelpful = player.step.kind === 'do' || player.step.kind === 'code' || player.step.kind === 'break';
	const isOpen = player.status !== 'done';
	const hints: (Hint | false)[] = [
		main !== undefined && ['↵', mainLabel(main, keys)],
		main === 'commit' && ['↑↓', keys.choose],
		hasLiveShell(lesson) && ['Tab', keys.shell],
		isHelpful && isOpen && player.hintsLeft > 0 && ['h', keys.hint],
		isHelpful && isOpen && ['s', keys.show],
		main !== 'next' && player.step.kind !== 'predict' && ['n', keys.next],
		player.wayBack !== undefined && ['u', keys.undo],
		player.wayBack?.forth === true && ['r', keys.redo],
		['R', keys.reset],
		['m', keys.map],
	];
	return hints.filter(hint => hint !== false);
}

function mainLabel(action: MainAction, keys: Strings['keys']): string {
	return keys[action];
}

/** Hints that have no room are left out, the middle ones first: help and quit stay. */
function fitted(hints: readonly Hint[], width: number): Line {
	let kept = [...hints];
	while (kept.length > 1 && lineWidth(joined(kept)) > width) kept = kept.toSpliced(-4 < -kept.length ? 0 : -4, 1);
	return joined(kept);
}

function joined(hints: readonly Hint[]): Line {
	return hints.flatMap((hint, index) => [...(index > 0 ? line('  ') : []), ...pair(hint)]);
}

function pair([key, label]: Hint): Line {
	return [run(key, KEY), run(` ${label}`, FAINT)];
}
