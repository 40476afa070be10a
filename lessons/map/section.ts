/**
 * What a map is put together from: sections, of which some have two halves, the host's and the container's.
 * @module
 */
import type {Change, Row} from '../app/panels/panel.ts';
import type {Strings} from '../app/strings/strings.ts';
import {line, run} from '../app/text/line.ts';
import {FAINT, HEADING} from '../app/text/theme.ts';
import {wrapLine} from '../app/text/wrap.ts';
import type {Chart} from './chart.ts';
import {type Group, groupsOf} from './groups.ts';
import type {MapWords} from './words.ts';

/** The parts of a map, in the order in which they are drawn. */
export const SECTIONS = [
	'overview',
	'processes',
	'namespaces',
	'mounts',
	'cgroups',
	'network',
	'layers',
	'users',
] as const;

/** A part of a map. */
export type SectionName = (typeof SECTIONS)[number];

/** One part: rows across the whole width, or two halves that stand side by side where there is room. */
export type Section =
	| {readonly name: SectionName; readonly rows: readonly Row[]}
	| {
			readonly name: SectionName;
			readonly host: readonly Row[];
			readonly inside: readonly Row[];
			/** Whether each half says itself whose it is. */
			readonly isHeaded?: boolean;
	  };

/** What sections are drawn from. */
export interface MapView {
	readonly now: Chart;
	/** What it is compared with. */
	readonly since: Chart | undefined;
	readonly words: MapWords;
	readonly strings: Strings;
	/** Columns of a row across the whole width, without the mark's. */
	readonly width: number;
	/** Columns of a row in one of the halves; `width` where these stand one below the other. */
	readonly halfWidth: number;
}

/** The same group in the older chart; undefined if there is none to compare with, or it is new. */
export function formerly({since}: MapView, {key}: Group): Group | undefined {
	return since === undefined ? undefined : groupsOf(since).find(group => group.key === key);
}

/** What became of something: `isSame` tells two that look alike. */
export function changeBetween<T>(then: T | undefined, now: T | undefined, isSame: (then: T, now: T) => boolean) {
	if (now === undefined) return 'gone' as const;
	if (then === undefined) return 'new' as const;
	return isSame(then, now) ? undefined : ('changed' as const);
}

/** A row of one faint sentence. */
export function remark(text: string, change?: Change): Row {
	return {line: line(text, FAINT), ...(change === undefined ? {} : {change})};
}

/** A sentence or two, in as many rows as it needs. */
export function remarks(text: string, width: number): readonly Row[] {
	return wrapLine(line(text, FAINT), width).map(line => ({line}));
}

/** A row that heads others. */
export function heading(text: string): Row {
	return {line: [run(text, HEADING)], important: true, heads: 2};
}
