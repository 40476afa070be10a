/**
 * What may lie over a slide: the keys, and the list of all slides.
 * @module
 */
import {cutLine} from '#lessons/app/text/cells';
import {type Line, line, lineText, lineWidth, padLine, run} from '#lessons/app/text/line';
import {ACCENT, CHOSEN, CODE, FAINT, HEADING, KEY} from '#lessons/app/text/theme';
import {stringsOf} from '../strings.ts';
import {showLayout} from './show-layout.ts';
import {currentDeck, type ShowState} from './show-state.ts';
import {filled, indented, slideName} from './slide-view.ts';

/** The keys, all of them. */
export function helpView(state: ShowState): readonly Line[] {
	const {help} = stringsOf(state.language);
	const {left} = showLayout(state.size);
	const rows = help.rows.map(([key = '', label = '']) => [...padLine([run(key, KEY)], 18), run(label)]);
	const speaker = line(`drydock slides ${currentDeck(state).name} --speaker`, CODE);
	const text = [line(help.title, HEADING), [], ...rows, [], line(help.speaker), speaker, [], line(help.machine, FAINT)];
	return filled([[], ...text.map(row => indented(row, left))], state.size.rows - 2);
}

/** All slides with their minutes; the chosen one is always among those that have room. */
export function overviewView(state: ShowState): readonly Line[] {
	const strings = stringsOf(state.language);
	const {left, columns} = showLayout(state.size);
	const {slides, title} = currentDeck(state);
	const room = state.size.rows - 5;
	const top = Math.max(0, Math.min(state.selected - Math.floor(room / 2), slides.length - room));
	const rows = slides.slice(top, top + room).map((slide, index) => {
		const number = top + index;
		const mark = number === state.slide ? run('▪', ACCENT) : run(' ');
		const minutes = strings.minutes(slide.minutes);
		const name = cutLine([mark, ...slideName(number + 1, slide.title)], columns - 10);
		const row = [...padLine(name, columns - lineWidth([run(minutes)])), run(minutes, FAINT)];
		return number === state.selected ? line(lineText(row), CHOSEN) : row;
	});
	const heading: Line = [run(strings.overview, HEADING), run(`  ${title}`, FAINT)];
	return filled([[], ...[heading, [], ...rows].map(row => indented(row, left))], state.size.rows - 2);
}
