/**
 * `drydock map`: the kernel's objects, host and container side by side.
 * @module
 */
import {findContainer, requireRunning} from '#engine';
import {difference} from '#observe';
import {type Language, languageOf} from '#words/language';
import {stringsOf} from '../../../lessons/app/strings/strings.ts';
import type {Chart} from '../../../lessons/map/chart.ts';
import {createGatherer} from '../../../lessons/map/gather.ts';
import {groupOf} from '../../../lessons/map/groups.ts';
import {loadChart, saveChart} from '../../../lessons/map/keep.ts';
import {drawMap, type MapOptions, mapHasChanges, type Subject} from '../../../lessons/map/map.ts';
import {SECTIONS, type SectionName} from '../../../lessons/map/section.ts';
import {writeLines} from '../lines.ts';
import {legendLine, unchangedLine} from '../map/legend.ts';
import {watchMap} from '../map/watch-map.ts';
import {writeOut} from '../output.ts';
import {collect, commandParser, parsed} from '../parse.ts';
import {UsageError} from '../usage-error.ts';

interface MapCommandOptions {
	readonly json?: boolean;
	readonly save?: string;
	readonly diff?: string;
	readonly watch?: boolean;
	readonly width?: string;
	readonly only?: string;
	readonly pid?: readonly string[];
	readonly language?: string;
}

/** Runs the command: once, or with `--watch` until it is left. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('map', 'Show the kernel’s objects, host and container side by side.')
		.usage('[OPTIONS] [CONTAINER...]')
		.argument('[container...]')
		.option('--pid <number>', 'The group of this process, container or not', collect)
		.option('--only <parts>', `Only these parts: ${SECTIONS.join(',')}`)
		.option('--save <file>', 'Keep what is seen in a file')
		.option('--diff <file>', 'Mark what has changed since that file was saved')
		.option('--watch', 'Stay, and mark what changes, until q is pressed')
		.option('--width <columns>', 'As if the terminal were so wide; from 120 on, side by side')
		.option('--language <language>', 'en or zh')
		.option('--json', 'All that was seen, as one JSON document');
	return parsed(parser, args, async () => {
		const options = parser.opts<MapCommandOptions>();
		const [strings, width, only] = [stringsOf(languageFrom(options)), widthFrom(options), partsFrom(options)];
		const ids = parser.args.map(reference => requireRunning(findContainer(reference), 'map').id);
		const pids = (options.pid ?? []).map(pidFrom);
		const since = options.diff === undefined ? undefined : loadChart(options.diff);
		const look = createGatherer();
		const now = look();
		for (const pid of pids) requireGroup(now, pid);
		const subjectsOf = (chart: Chart): readonly Subject[] => [
			...ids.map(id => subjectOf(id, chart)),
			...pids.map(pid => ({name: String(pid), pid: chart.snapshot.processes.find(each => each.pid === pid)?.pid})),
		];
		if (options.save !== undefined) saveChart(options.save, now);
		if (options.watch === true)
			return watchMap({look, first: now, since, subjectsOf, only, strings, width, json: options.json === true});
		if (options.json === true) {
			const changes =
				since === undefined
					? {}
					: {since: since.snapshot.takenAt, difference: difference(since.snapshot, now.snapshot)};
			writeOut(`${JSON.stringify({...now, ...changes})}\n`);
			return 0;
		}
		// Whoever only saves is told nothing, as by any program that did what it was asked.
		if (options.save !== undefined && since === undefined && !process.stdout.isTTY) return 0;
		const columns = width ?? Math.max(60, process.stdout.columns || 80);
		const drawn: MapOptions = {now, since, subjects: subjectsOf(now), only, strings, width: columns};
		const ending = mapHasChanges(drawn) ? legendLine : unchangedLine;
		writeLines([...drawMap(drawn), ...(since === undefined ? [] : [ending(since, strings)])]);
		return 0;
	});
}

function subjectOf(id: string, {containers}: Chart): Subject {
	const container = containers.find(each => each.id === id);
	return {name: container?.name ?? id.slice(0, 12), pid: container?.pid};
}

function languageFrom({language}: MapCommandOptions): Language {
	if (language === undefined) return languageOf(process.env);
	if (language !== 'en' && language !== 'zh') throw new UsageError(`--language ${language}: there are en and zh`);
	return language;
}

function widthFrom({width}: MapCommandOptions): number | undefined {
	if (width === undefined) return undefined;
	const columns = Number(width);
	if (!Number.isInteger(columns) || columns < 60 || columns > 1000)
		throw new UsageError(`--width ${width}: give a number of columns from 60 to 1000`);
	return columns;
}

function partsFrom({only}: MapCommandOptions): readonly SectionName[] | undefined {
	const names = only?.split(',').map(name => name.trim());
	const wrong = names?.find(name => !(SECTIONS as readonly string[]).includes(name));
	if (wrong !== undefined) throw new UsageError(`--only ${wrong}: there are ${SECTIONS.join(', ')}`);
	return names as readonly SectionName[] | undefined;
}

function pidFrom(text: string): number {
	if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--pid ${text}: give the number of a process`);
	return Number(text);
}

/** @throws one line for a process that is not there, can't be looked into, or is as the host is. */
function requireGroup(chart: Chart, pid: number): void {
	const found = chart.snapshot.processes.find(each => each.pid === pid);
	if (found === undefined) throw new Error(`there is no process ${pid}`);
	if (Object.keys(found.namespaces).length === 0)
		throw new Error(`process ${pid} can't be looked into: it has ended, or belongs to somebody else (try as root)`);
	if (groupOf(chart, pid) === undefined)
		throw new Error(`process ${pid} shares all namespaces with the host: there is nothing to set beside it`);
}
