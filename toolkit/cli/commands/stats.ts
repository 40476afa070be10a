/**
 * `drydock stats`: what containers use.
 * @module
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {
	type ContainerRecord,
	findContainer,
	isRunning,
	listContainers,
	requireRunning,
	sampleStats,
	statsBetween,
	sweep,
} from '#engine';
import {formatBytes, formatDecimalBytes} from '#engine/quantities';
import {hasLostReader} from '#kernel/poll';
import {listing} from '../listing.ts';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {lostReaderExitCode} from '../standard-stream.ts';

const STANDARD_OUTPUT = 1;

interface StatsOptions {
	readonly stream: boolean;
	readonly trunc: boolean;
	readonly all?: boolean;
	readonly format?: string;
	readonly json?: boolean;
}

const titles = {
	ID: 'CONTAINER ID',
	Container: 'CONTAINER',
	Name: 'NAME',
	CPUPerc: 'CPU %',
	MemUsage: 'MEM USAGE / LIMIT',
	MemPerc: 'MEM %',
	NetIO: 'NET I/O',
	BlockIO: 'BLOCK I/O',
	PIDs: 'PIDS',
} as const;

/** Runs the command: on a terminal until it is interrupted, elsewhere once a second. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('stats', 'Show what containers use: all that run, or those named.')
		.usage('[OPTIONS] [CONTAINER...]')
		.argument('[container...]')
		.option('--no-stream', 'Only once')
		.option('--no-trunc', 'Print ids whole')
		.option('-a, --all', 'Also those that don’t run')
		.option('--format <template>', 'Only these fields: {{.Name}} {{.CPUPerc}} {{.MemUsage}}, in a table …, or json')
		.option('--json', 'As JSON, one container a line');
	return parsed(parser, args, async () => {
		const options = parser.opts<StatsOptions>();
		sweep();
		const named = parser.args.map(reference => requireRunning(findContainer(reference), 'read the meters of').id);
		do print(await measure(named, options.trunc), options);
		while (options.stream && !hasLostReader(STANDARD_OUTPUT));
		return options.stream ? lostReaderExitCode : 0;
	});
}

/** Two readings, a second apart: a rate needs both. */
async function measure(named: readonly string[], truncate: boolean) {
	const records = listContainers().filter(
		record => isRunning(record) && (named.length === 0 || named.includes(record.id)),
	);
	const before = records.map(sampleStats);
	await sleep(1000);
	return records.map((record, index) => rowOf(record, statsBetween(before[index]!, sampleStats(record)), truncate));
}

function rowOf(
	record: ContainerRecord,
	stats: ReturnType<typeof statsBetween>,
	truncate: boolean,
): Record<keyof typeof titles, string> {
	const id = truncate ? record.id.slice(0, 12) : record.id;
	return {
		ID: id,
		Container: id,
		Name: record.name,
		CPUPerc: `${stats.cpuPercent.toFixed(2)}%`,
		MemUsage: `${formatBytes(stats.memoryBytes)} / ${formatBytes(stats.memoryLimitBytes)}`,
		MemPerc: `${stats.memoryPercent.toFixed(2)}%`,
		NetIO: `${formatDecimalBytes(stats.network.receivedBytes)} / ${formatDecimalBytes(stats.network.sentBytes)}`,
		BlockIO: `${formatDecimalBytes(stats.block.readBytes)} / ${formatDecimalBytes(stats.block.writtenBytes)}`,
		PIDs: String(stats.pids),
	};
}

function print(rows: readonly ReturnType<typeof rowOf>[], {format, json, stream}: StatsOptions): void {
	const text = listing(rows, {
		format: json === true ? 'json' : format,
		titles,
		columns: ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs'],
	});
	const isTable = json !== true && (format === undefined || format.startsWith('table'));
	// On a terminal the table stays where it is.
	writeOut(stream && isTable && process.stdout.isTTY ? `\x1b[H\x1b[J${text}` : text);
}
