/**
 * A pane's title, on the line that parts it from the pane above.
 * @module
 */
import {cutLine} from '../text/cells.ts';
import {type Line, lineWidth, run, type Style} from '../text/line.ts';
import {ACCENT, FAINT, STRONG} from '../text/theme.ts';

/** `── title ───────────── aside ──`, as wide as its pane. The pane that has the keys is coloured. */
export function titleLine(title: string | Line, width: number, hasFocus = false, aside: Line = []): Line {
	const rule: Style = hasFocus ? ACCENT : FAINT;
	const runs = typeof title === 'string' ? [run(title, hasFocus ? ACCENT : STRONG)] : title;
	const left: Line = [run('── ', rule), ...runs, run(' ', rule)];
	const right: Line = aside.length === 0 ? [] : [run(' '), ...aside, run(' ──', rule)];
	const room = width - lineWidth(left) - lineWidth(right);
	return room >= 0 ? [...left, run('─'.repeat(room), rule), ...right] : cutLine(left, width);
}
