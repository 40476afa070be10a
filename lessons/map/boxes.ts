/**
 * Boxes joined by cables: a large one on the left, small ones on the right, and lines that run from one to the other.
 *
 *     ┌─ host ──────────────────┐
 *     │ drydock0  172.30.0.1/16 │    ┌─ web ─────────────────┐
 *     │ ├─ vethb1d6 ════════════╪════╪══ eth0  172.30.0.2/16 │
 *     │                         │    └───────────────────────┘
 *     └─────────────────────────┘
 *
 * Nothing here knows what it draws.
 * @module
 */
import {type Change, markedLine, type Row} from '../app/panels/panel.ts';
import {cutLine} from '../app/text/cells.ts';
import {type Line, lineWidth, padLine, run} from '../app/text/line.ts';
import {FAINT, STRONG} from '../app/text/theme.ts';

/** One line in a box. Two that name the same cable stand in one row, and are joined. */
export interface BoxLine {
	readonly line: Line;
	readonly change?: Change | undefined;
	readonly cable?: string | undefined;
}

/** A box on the right. */
export interface Box {
	readonly title: Line;
	readonly change?: Change | undefined;
	readonly lines: readonly BoxLine[];
}

/** Boxes on the right that hang on lines of the left one. */
export interface Block {
	/** What stands above the first cable. */
	readonly lead: readonly BoxLine[];
	/** The left ends of the cables. */
	readonly ends: readonly BoxLine[];
	readonly boxes: readonly Box[];
}

/** Draws everything, `width` columns wide with the marks. */
export function drawBoxes(title: Line, blocks: readonly Block[], width: number): readonly Row[] {
	const gap = width >= 120 ? 8 : 4;
	const left = Math.ceil((width - 2 - gap) * 0.52);
	const right = width - 2 - gap - left;
	const size: Sizes = {left, gap, right};
	const edge = (line: Line): Row => ({line: [run('  '), ...line], isMarked: true});
	return [
		edge(border('┌', title, '┐', left)),
		...blocks.flatMap(block => blockRows(block, size)),
		edge(border('└', [], '┘', left)),
	];
}

interface Sizes {
	readonly left: number;
	readonly gap: number;
	readonly right: number;
}

/** A row of the right column: an edge of a box or a line in one. */
type RightRow = {readonly edge: Line; readonly change?: Change | undefined} | BoxLine;

function blockRows({lead, ends, boxes}: Block, size: Sizes): readonly Row[] {
	const rights = boxes.flatMap((box): readonly RightRow[] => [
		{edge: border('┌', box.title, '┐', size.right), change: box.change},
		...box.lines,
		{edge: border('└', [], '┘', size.right)},
	]);
	const rowOf = (cable: string | undefined): number =>
		cable === undefined ? -1 : rights.findIndex(row => 'line' in row && row.cable === cable);
	const placed = ends.map(end => ({end, row: rowOf(end.cable)})).sort((one, other) => one.row - other.row);
	const joined = placed.filter(({row}) => row >= 0);
	const loose = placed.filter(({row}) => row < 0).map(({end}) => end);
	const above = [...lead, ...loose];
	// The right column moves down if there isn't room above its first cable for what leads to it.
	const offset = joined.length === 0 ? 0 : Math.max(0, above.length - joined[0]!.row);
	const first = joined.length === 0 ? above.length : joined[0]!.row + offset;
	const last = (joined.at(-1)?.row ?? -1) + offset;
	const count = Math.max(offset + rights.length, above.length);
	return Array.from({length: count}, (_, index): Row => {
		const end = joined.find(({row}) => row + offset === index)?.end;
		const leading = above[index - (first - above.length)];
		const between: BoxLine = {line: index > first && index < last ? [run('│', FAINT)] : []};
		return drawRow(
			end ?? (index < first ? leading : undefined) ?? between,
			rights[index - offset],
			end !== undefined,
			size,
		);
	});
}

function drawRow(left: BoxLine, right: RightRow | undefined, isJoined: boolean, size: Sizes): Row {
	const cable = run('═'.repeat(size.gap));
	const middle = isJoined ? cable : run(' '.repeat(size.gap));
	const change = left.change ?? right?.change;
	return {
		isMarked: true,
		// Where there is no room for a drawing, its cables still tell the most.
		important: isJoined,
		...(change === undefined ? {} : {change}),
		line: [
			...markedLine({line: [], change: left.change}),
			...leftCell(left.line, isJoined, size.left),
			middle,
			...(right === undefined ? [] : 'edge' in right ? right.edge : rightCell(right, isJoined, size.right)),
		],
	};
}

function leftCell(line: Line, isJoined: boolean, width: number): Line {
	const text = cutLine(line, width - 4);
	const rest = width - 4 - lineWidth(text);
	if (isJoined) return [run('│ ', FAINT), ...text, run(` ${'═'.repeat(rest)}╪`)];
	return [run('│ ', FAINT), ...padLine(text, width - 4), run(' │', FAINT)];
}

/** The mark stands in the box: the one at the row's beginning is the left side's. */
function rightCell({line, change}: BoxLine, isJoined: boolean, width: number): Line {
	const text = padLine(cutLine([...markedLine({line: [], change}), ...line], width - 4), width - 4);
	return [isJoined ? run('╪═') : run('│ ', FAINT), ...text, run(' │', FAINT)];
}

function border(start: string, title: Line, end: string, width: number): Line {
	const text = title.length === 0 ? [] : [run(' '), ...cutLine(title, width - 6), run(' ')];
	const rest = Math.max(0, width - 3 - lineWidth(text));
	return [
		run(`${start}─`, FAINT),
		...text.map(each => (each.text === ' ' ? each : run(each.text, {...STRONG, ...each.style}))),
		run(`${'─'.repeat(rest)}${end}`, FAINT),
	];
}
