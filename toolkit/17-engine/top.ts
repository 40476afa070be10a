/**
 * `top`: a container's processes, as the host's ps tells of them.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {processesOf} from '#cgroup';
import type {ContainerRecord} from '#engine/record';
import {cgroupOf} from '#engine/stop';

/** A table: its columns' titles, and its rows. */
export interface ProcessTable {
	readonly titles: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

/**
 * Asks ps about the processes of a container.
 *
 * @param options ps's own; default `-ef`, as docker.
 * @throws one line if ps refuses them, or its table has no PID column to choose the rows by.
 */
export function topOf(record: ContainerRecord, options: readonly string[] = []): ProcessTable {
	const ps = spawnSync('ps', options.length === 0 ? ['-ef'] : [...options], {
		encoding: 'utf8',
		env: {...process.env, LC_ALL: 'C'},
	});
	if (ps.error !== undefined) throw new Error(`can't run ps: ${ps.error.message}: apt install procps`);
	if (ps.status !== 0) throw new Error(`ps: ${ps.stderr.trim().split('\n')[0]}`);
	const [heading = '', ...lines] = ps.stdout.trimEnd().split('\n');
	const titles = heading.trim().split(/\s+/);
	const pidColumn = titles.indexOf('PID');
	if (pidColumn < 0) throw new Error("couldn't find a PID column in ps's output: ask for one");
	const own = new Set(processesOf(cgroupOf(record)));
	return {titles, rows: lines.map(line => cut(line, titles.length)).filter(row => own.has(Number(row[pidColumn])))};
}

/** The last column, a command line, may hold spaces. */
function cut(line: string, columns: number): readonly string[] {
	const words = line.trim().split(/\s+/);
	return [...words.slice(0, columns - 1), words.slice(columns - 1).join(' ')];
}
