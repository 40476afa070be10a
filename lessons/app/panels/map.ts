/**
 * The map of kernel objects in a lesson: who lives where, and all about the youngest group that the learner has made.
 * @module
 */
import type {Snapshot} from '#observe/types';
import {chartOf} from '../../map/chart.ts';
import {type Group, groupsOf} from '../../map/groups.ts';
import {mapParts} from '../../map/map.ts';
import type {PanelInput, Row} from './panel.ts';

/** The panel `map`. */
export function mapRows(input: PanelInput): readonly Row[] {
	const {strings, width} = input;
	const [now, since] = [chartOf(input.now), input.since && chartOf(input.since)];
	const youngest = groupsOf(now)
		.filter(isFamilys(input))
		.toSorted((one, other) => other.first.startTicks - one.first.startTicks)[0];
	const subjects = youngest === undefined ? [] : [{name: youngest.first.comm, pid: youngest.first.pid}];
	const parts = [
		...mapParts({now, since, strings, width, only: ['overview']}).map(part => ({
			...part,
			rows: part.rows.map(row => ({...row, important: true})),
		})),
		...mapParts({now, since, subjects, strings, width}).filter(({name}) => name !== 'overview'),
	];
	// The panel has a title of its own: the first part needs none.
	return parts.flatMap(({title, aside, rows}, index) =>
		index === 0
			? rows
			: [
					{
						line: [...title, ...(aside.length === 0 ? [] : [{text: '  ', style: {}}, ...aside])],
						important: true,
						heads: 1,
					},
					...rows,
				],
	);
}

/** Whether somebody of the learner's family is in a group, or it came to be in this step. */
function isFamilys({family, before}: PanelInput): (group: Group) => boolean {
	const pids = new Set(family.map(({pid}) => pid));
	const old = new Set(before === undefined ? [] : keysOf(before));
	return ({key, members}) => members.some(({pid}) => pids.has(pid)) || (before !== undefined && !old.has(key));
}

function keysOf(snapshot: Snapshot): readonly string[] {
	return groupsOf(chartOf(snapshot)).map(({key}) => key);
}
