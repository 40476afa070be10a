/**
 * `drydock ps`: list containers.
 * @module
 */
import {type ContainerRecord, isRunning, listContainers, sweep} from '#engine';
import {agoText, durationText} from '../ago.ts';
import {containerFilter} from '../filter.ts';
import {listing} from '../listing.ts';
import {writeOut} from '../output.ts';
import {collect, commandParser, parsed} from '../parse.ts';
import {portsText} from '../ports.ts';

interface PsOptions {
	readonly all?: boolean;
	readonly quiet?: boolean;
	readonly trunc: boolean;
	readonly last?: string;
	readonly latest?: boolean;
	readonly format?: string;
	readonly json?: boolean;
	readonly filter?: readonly string[];
}

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('ps', 'List containers: those that run, or with -a all.')
		.usage('[OPTIONS]')
		.option('-a, --all', 'All, not only those that run')
		.option('-q, --quiet', 'Only the ids')
		.option('--no-trunc', 'Print ids and commands whole')
		.option('-n, --last <number>', 'The last so many, whether they run or not')
		.option('-l, --latest', 'The last one, whether it runs or not')
		.option('-f, --filter <name=value>', 'name=…, status=…, label=…, id=…', collect)
		.option('--format <template>', 'Only these fields: {{.ID}} {{.Names}} {{.Status}}, in a table …, or json')
		.option('--json', 'As JSON, one container a line');
	return parsed(parser, args, async () => {
		const options = parser.opts<PsOptions>();
		sweep();
		print(chosen(listContainers(), options), options);
		return 0;
	});
}

function chosen(
	records: readonly ContainerRecord[],
	{all, last, latest, filter = []}: PsOptions,
): readonly ContainerRecord[] {
	const isWanted = containerFilter(filter);
	const everything =
		all === true || last !== undefined || latest === true || filter.some(text => text.startsWith('status='));
	const found = records.filter(record => (everything || isRunning(record)) && isWanted(record));
	return latest === true ? found.slice(0, 1) : last === undefined ? found : found.slice(0, Number(last));
}

const titles = {
	ID: 'CONTAINER ID',
	Image: 'IMAGE',
	Command: 'COMMAND',
	CreatedAt: 'CREATED AT',
	RunningFor: 'CREATED',
	Status: 'STATUS',
	State: 'STATE',
	Ports: 'PORTS',
	Names: 'NAMES',
	Labels: 'LABELS',
} as const;

function print(records: readonly ContainerRecord[], {trunc, quiet, json, format}: PsOptions): void {
	const rows = records.map(record => rowOf(record, trunc));
	if (quiet === true) writeOut(rows.map(row => `${row.ID}\n`).join(''));
	else {
		writeOut(
			listing(rows, {
				format: json === true ? 'json' : format,
				titles,
				columns: ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'],
			}),
		);
	}
}

function rowOf(record: ContainerRecord, truncate: boolean): Record<keyof typeof titles, string> {
	const command = (record.container.spec.process?.args ?? []).join(' ');
	return {
		ID: truncate ? record.id.slice(0, 12) : record.id,
		Image: record.image,
		Command: JSON.stringify(truncate && command.length > 20 ? `${command.slice(0, 19)}…` : command),
		CreatedAt: record.createdAt,
		RunningFor: agoText(record.createdAt),
		Status: statusText(record),
		State: record.state.status,
		Ports: portsText(record),
		Names: record.name,
		Labels: Object.entries(record.labels)
			.map(([name, value]) => `${name}=${value}`)
			.join(','),
	};
}

function statusText({state}: ContainerRecord): string {
	switch (state.status) {
		case 'running':
			return `Up ${durationText(state.startedAt)}`;
		case 'paused':
			return `Up ${durationText(state.startedAt)} (Paused)`;
		case 'exited':
			return `Exited (${state.exitCode}) ${agoText(state.finishedAt)}`;
		case 'created':
			return 'Created';
		case 'dead':
			return 'Dead';
	}
}
