/**
 * What every panel is: rows about kernel objects, of which some are new, changed or gone since the last command.
 * @module
 */
import type {ObservedProcess, Snapshot} from '#observe/types';
import type {Strings} from '../strings/strings.ts';
import {cutLine} from '../text/cells.ts';
import {type Line, line, type Run, run, type Style} from '../text/line.ts';
import {CHANGED, FAINT, GONE, NEW} from '../text/theme.ts';

/** What the last command did to an object. */
export type Change = 'new' | 'changed' | 'gone';

/** One open file of one process. */
export interface Descriptor {
	readonly pid: number;
	readonly descriptor: number;
	readonly target: string;
}

/** What a panel draws from. */
export interface PanelInput {
	readonly now: Snapshot;
	/** As it was before the last command; undefined if there was none. */
	readonly since: Snapshot | undefined;
	/** As it was when the step began. */
	readonly before: Snapshot | undefined;
	readonly shell: ObservedProcess | undefined;
	readonly family: readonly ObservedProcess[];
	readonly descriptors: readonly Descriptor[];
	readonly descriptorsSince: readonly Descriptor[] | undefined;
	readonly strings: Strings;
	readonly width: number;
}

/** One row. The mark in its first column says what changed, also where there are no colours. */
export interface Row {
	readonly line: Line;
	readonly change?: Change | undefined;
	/** Stays when room is short, though it hasn't changed. */
	readonly important?: boolean;
	/** Whether something that stands on it has changed: it stays with that. */
	readonly leads?: boolean;
	/** Of a heading, how high it is: 1 is the highest. It stays with what changed below it. */
	readonly heads?: number;
	/** Whether the marks are in the line already, because it shows several objects. */
	readonly isMarked?: boolean;
}

/** A panel: snapshot in, rows out. Runs nothing. */
export type PanelView = (input: PanelInput) => readonly Row[];

const MARKS: Readonly<Record<Change, Run>> = {new: run('+ ', NEW), changed: run('~ ', CHANGED), gone: run('− ', GONE)};

/** How a changed object's text looks. */
export function styleOfChange(change: Change | undefined, otherwise: Style = {}): Style {
	switch (change) {
		case 'new':
			return NEW;
		case 'changed':
			return CHANGED;
		case 'gone':
			return GONE;
		case undefined:
			return otherwise;
	}
}

/** The rows as lines of a pane. If there are too many, those that tell something stay, and the last line counts the rest. */
export function panelLines(rows: readonly Row[], width: number, height: number, strings: Strings): readonly Line[] {
	const kept = rows.length <= height ? rows : mostTelling(rows, height - 1);
	const lines = kept.map(row => cutLine(markedLine(row), width));
	const missing = rows.length - kept.length;
	return missing === 0 ? lines : [...lines, cutLine(line(`  ${strings.panel.more(missing)}`, FAINT), width)];
}

/** A row with its mark in front of it. */
export function markedLine({line, change, isMarked}: Row): Line {
	return isMarked === true ? line : [change === undefined ? run('  ') : MARKS[change], ...line];
}

/** A process’s number as `ps` in the shell prints it; outside the sandbox it may have another. */
export function numberHere({pid, pids}: ObservedProcess, shell: ObservedProcess | undefined): number {
	return pids[(shell?.pids.length ?? 1) - 1] ?? pid;
}

/** Whether the last command changed anything that this panel shows. */
export function hasChanges(rows: readonly Row[]): boolean {
	return rows.some(({change}) => change !== undefined);
}

/**
 * As many rows as there is room for: what changed, under its headings, then what is important, then the first ones. A
 * heading that nothing would stand under gives its place away.
 */
export function mostTelling(rows: readonly Row[], room: number): readonly Row[] {
	const ranked = rows
		.map((row, index) => ({index, rank: hasChanged(rows, index) ? 0 : row.important ? 1 : 2}))
		.sort((one, other) => one.rank - other.rank || one.index - other.index)
		.map(({index}) => index);
	const left = new Set<number>();
	for (;;) {
		const chosen = new Set(ranked.filter(index => !left.has(index)).slice(0, Math.max(0, room)));
		const bare = rows.findLastIndex((_, index) => chosen.has(index) && isBare(rows, index, chosen));
		if (bare === -1) return rows.filter((_, index) => chosen.has(index));
		left.add(bare);
		if (chosen.size > 1 && !hasChanged(rows, bare)) for (const index of below(rows, bare)) left.add(index);
	}
}

/** Whether a row has changed or leads to what did; a heading does, if anything below it has. */
function hasChanged(rows: readonly Row[], index: number): boolean {
	const {change, leads, heads} = rows[index]!;
	return (
		change !== undefined ||
		leads === true ||
		(heads !== undefined && below(rows, index).some(at => rows[at]!.change !== undefined))
	);
}

/** Whether it is a heading of which nothing is shown but further headings. */
function isBare(rows: readonly Row[], index: number, shown: ReadonlySet<number>): boolean {
	if (rows[index]!.heads === undefined) return false;
	return !below(rows, index).some(at => shown.has(at) && rows[at]!.heads === undefined);
}

/** The rows from a heading to the next one that is as high. */
function below(rows: readonly Row[], index: number): readonly number[] {
	const heads = rows[index]!.heads ?? Number.POSITIVE_INFINITY;
	const next = rows.findIndex((row, other) => other > index && row.heads !== undefined && row.heads <= heads);
	const end = next === -1 ? rows.length : next;
	return Array.from({length: end - index - 1}, (_, at) => index + 1 + at);
}
