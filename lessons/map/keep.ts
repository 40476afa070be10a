/**
 * Keeps a chart in a file, and reads one back.
 * @module
 */
import {readFileSync, writeFileSync} from 'node:fs';
import type {Chart} from './chart.ts';

/** Writes a chart. Only its owner may read it: it tells every program's arguments. */
export function saveChart(path: string, chart: Chart): void {
	writeFileSync(path, `${JSON.stringify(chart)}\n`, {mode: 0o600});
}

/**
 * Reads a chart that `saveChart` or `drydock map --json` wrote.
 *
 * @throws one line for a file that isn't one.
 */
export function loadChart(path: string): Chart {
	const text = readFileSync(path, 'utf8');
	const refuse = (): never => {
		throw new Error(`${path} is no saved map: drydock map --save FILE makes one`);
	};
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		refuse();
	}
	return isChart(value) ? value : refuse();
}

/** Whether the parts that a map is drawn from are there. */
function isChart(value: unknown): value is Chart {
	if (!isRecord(value) || value.format !== 'drydock map 1') return false;
	const {snapshot, home, containers} = value;
	if (!isRecord(snapshot) || !isRecord(home) || !Array.isArray(containers)) return false;
	const {processes, userNamespaces, mountNamespaces, netNamespaces, cgroups, natRules} = snapshot;
	return (
		areRecords(containers, 'name', 'ports') &&
		areRecords(processes, 'pids', 'argv', 'namespaces', 'cgroups', 'uids', 'capabilities') &&
		areRecords(userNamespaces, 'uidMap', 'gidMap') &&
		areRecords(mountNamespaces, 'mounts') &&
		areRecords(netNamespaces, 'links', 'routes') &&
		areRecords(cgroups, 'controllers', 'processes', 'limits', 'usage') &&
		Array.isArray(natRules) &&
		natRules.every(rule => typeof rule === 'string')
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areRecords(value: unknown, ...fields: readonly string[]): boolean {
	return (
		Array.isArray(value) &&
		value.every(
			each =>
				isRecord(each) && fields.every(field => typeof each[field] === 'object' || typeof each[field] === 'string'),
		)
	);
}
