/**
 * The map: the kernel's objects, host and container side by side, and what has changed lit up.
 *
 *     ── Namespaces ──────────────────────────────────────────────
 *       kind     host         web
 *       pid      4026531836   4026532177   own
 *     + net      4026531840   4026532180   own          + new   ~ changed   − gone
 *
 * The surprise: there is nothing to be asked for "the container". Every section asks another part of the kernel, and what
 * joins them is a number: an inode of a namespace, a device, an index of a link, a path in a tree.
 *
 * Next: gather.ts takes the chart that is drawn here; groups.ts finds who belongs together.
 *
 * Sources: namespaces(7), proc(5), cgroups(7), rtnetlink(7).
 * @module
 */

import {markedLine, mostTelling, type Row} from '../app/panels/panel.ts';
import type {Strings} from '../app/strings/strings.ts';
import {cutLine} from '../app/text/cells.ts';
import {type Line, padLine, run} from '../app/text/line.ts';
import {FAINT, HEADING, STRONG} from '../app/text/theme.ts';
import {titleLine} from '../app/view/title-line.ts';
import {cgroupSection} from './cgroups.ts';
import type {Chart} from './chart.ts';
import {type Group, groupOf, groupsOf, nameOf} from './groups.ts';
import {layerSection} from './layers.ts';
import {mountSection} from './mounts.ts';
import {namespaceSection} from './namespaces.ts';
import {networkSection} from './network.ts';
import {overviewSection} from './overview.ts';
import {processSection} from './processes.ts';
import {heading, type MapView, remark, SECTIONS, type Section, type SectionName} from './section.ts';
import {userSection} from './users.ts';

/** What to draw. */
export interface MapOptions {
	readonly now: Chart;
	/** What to compare with. */
	readonly since?: Chart | undefined;
	/** Whose objects. Nobody's: all groups, briefly. */
	readonly subjects?: readonly Subject[];
	/** Only these sections; default: all. */
	readonly only?: readonly SectionName[] | undefined;
	readonly strings: Strings;
	readonly width: number;
	/** The rows of a screen that the map must fit into; without it everything is drawn. */
	readonly height?: number | undefined;
	/** Whether each part's title begins with the number of the key that chooses it. */
	readonly isNumbered?: boolean;
}

/** Whom a map is about. */
export interface Subject {
	readonly name: string;
	/** One of its processes, by its number on the host; undefined if it has none any more. */
	readonly pid: number | undefined;
}

/** From this many columns on the halves stand side by side. */
export const SIDE_BY_SIDE = 120;

/** The map as lines, none wider than `width`. */
export function drawMap(options: MapOptions): readonly Line[] {
	const {width, height, strings} = options;
	const parts = mapParts(options);
	const room = height === undefined ? Number.POSITIVE_INFINITY : height - parts.length;
	const shares = shareOut(
		parts.map(({rows}) => rows.length),
		room,
	);
	return parts
		.flatMap(({title, aside, rows}, index) => {
			const shown = mostTelling(rows, shares[index]!);
			const missing = rows.length - shown.length;
			const more =
				missing === 0 ? [] : [run(`${strings.panel.more(missing)}${aside.length === 0 ? '' : ' · '}`, FAINT)];
			return [
				titleLine(title, width, false, [...more, ...aside]),
				...shown.map(row => cutLine(markedLine(row), width)),
			];
		})
		.map(printable);
}

/** Whether anything that is drawn is new, changed or gone. */
export function mapHasChanges(options: MapOptions): boolean {
	return mapParts(options).some(({rows}) => rows.some(({change}) => change !== undefined));
}

/** One section as it is drawn. */
export interface MapPart {
	readonly name: SectionName | 'absent';
	readonly title: Line;
	/** Whom it is about. */
	readonly aside: Line;
	readonly rows: readonly Row[];
}

/** The sections of a map, each with its title. */
export function mapParts(options: MapOptions): readonly MapPart[] {
	const {now, since, subjects = [], only, strings, width} = options;
	const isWide = width >= SIDE_BY_SIDE;
	const halfWidth = isWide ? Math.floor((width - 3) / 2) - 2 : width - 2;
	const view: MapView = {now, since, words: strings.map, strings, width: width - 2, halfWidth};
	const wanted = (name: SectionName) => only === undefined || only.includes(name);
	if (subjects.length === 0) {
		const cabled = groupsOf(now).filter(({own}) => own.net !== undefined);
		const sections = [overviewSection(view), networkSection(cabled, view)];
		const parts = sections.filter(({name}) => wanted(name)).map(section => part(section, undefined, view, options));
		return parts.filter(({rows}) => rows.length > 0);
	}
	return subjects.flatMap(subject => {
		const group = subject.pid === undefined ? undefined : groupOf(now, subject.pid);
		if (group === undefined) return [absent(subject, view)];
		return DETAILS.filter(wanted).map(name => part(draw[name](group, view), group, view, options));
	});
}

/** The parts that there are, in their order: the key 1 chooses the first. */
export function partNames({subjects = []}: Pick<MapOptions, 'subjects'>): readonly SectionName[] {
	return subjects.length === 0 ? ['overview', 'network'] : DETAILS;
}

type Detail = Exclude<SectionName, 'overview'>;

const DETAILS = SECTIONS.filter((name): name is Detail => name !== 'overview');

const draw: Readonly<Record<Detail, (group: Group, view: MapView) => Section>> = {
	processes: processSection,
	namespaces: namespaceSection,
	mounts: mountSection,
	cgroups: cgroupSection,
	network: (group, view) => networkSection([group], view),
	layers: layerSection,
	users: userSection,
};

/** Someone who has ended while they were looked at. */
function absent({name}: Subject, {words}: MapView): MapPart {
	return {
		name: 'absent',
		title: [run(name, STRONG)],
		aside: [],
		rows: [{...remark(words.ended(name)), change: 'gone'}],
	};
}

function part(section: Section, group: Group | undefined, view: MapView, options: MapOptions): MapPart {
	const {words} = view;
	const aside = group === undefined ? [] : [run(nameOf(group), HEADING)];
	const number = options.isNumbered === true ? `${partNames(options).indexOf(section.name) + 1} ` : '';
	const title = [run(number, FAINT), run(words.sections[section.name], STRONG)];
	if ('rows' in section) return {name: section.name, title, aside, rows: section.rows};
	const name = group === undefined ? words.inside : nameOf(group);
	const halves =
		section.isHeaded === true
			? section
			: {host: [heading(words.host), ...section.host], inside: [heading(name), ...section.inside]};
	const isWide = view.halfWidth < view.width;
	return {name: section.name, title, aside, rows: isWide ? sideBySide(halves, view.halfWidth + 2) : stacked(halves)};
}

interface Halves {
	readonly host: readonly Row[];
	readonly inside: readonly Row[];
}

function stacked({host, inside}: Halves): readonly Row[] {
	return [...host, ...inside];
}

/** Two columns with a line between them. Each half has its own marks. */
function sideBySide({host, inside}: Halves, width: number): readonly Row[] {
	return Array.from({length: Math.max(host.length, inside.length)}, (_, index): Row => {
		const [one, other] = [host[index], inside[index]];
		const change = one?.change ?? other?.change;
		return {
			isMarked: true,
			important: one?.important === true || other?.important === true,
			...(change === undefined ? {} : {change}),
			line: [...padLine(cutLine(marked(one), width), width), run(' │ ', FAINT), ...cutLine(marked(other), width)],
		};
	});
}

/** Programs choose their names and arguments: none of them may steer the terminal. */
function printable(line: Line): Line {
	return line.map(each =>
		UNPRINTABLE.test(each.text) ? run(each.text.replaceAll(new RegExp(UNPRINTABLE, 'g'), '?'), each.style) : each,
	);
}

/** Control characters, and those that turn the direction of writing. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function marked(row: Row | undefined): Line {
	return row === undefined ? [] : markedLine(row);
}

/** Rows for each part: everybody gets what is asked for, unless it is too much; then the largest ones give. */
export function shareOut(wanted: readonly number[], room: number): readonly number[] {
	let level = Math.max(0, ...wanted);
	const sum = (level: number) => wanted.reduce((all, rows) => all + Math.min(rows, level), 0);
	while (level > 1 && sum(level) > room) level--;
	let rest = Math.max(0, room - sum(level));
	return wanted.map(rows => {
		const extra = rows > level && rest > 0 ? 1 : 0;
		rest -= extra;
		return Math.min(rows, level) + extra;
	});
}
