/**
 * `drydock ps`: list containers.
 * @module
 */
import {type ContainerRecord, isRunning, listContainers, sweep} from '#engine';
import {agoText, durationText} from '../ago.ts';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {portsText} from '../ports.ts';
import {table} from '../table.ts';
import {formatTemplate} from '../template.ts';
import {UsageError} from '../usage-error.ts';

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
		.option('-f, --filter <name=value>', 'name=…, status=…, label=…, id=…', (value, before: readonly string[] = []) => [
			...before,
			value,
		])
		.option('--format <template>', 'Only these fields: {{.ID}} {{.Names}} {{.Status}}, or json')
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
	const tests = filter.map(filterTest);
	const everything =
		all === true || last !== undefined || latest === true || filter.some(text => text.startsWith('status='));
	const found = records.filter(record => (everything || isRunning(record)) && tests.every(test => test(record)));
	return latest === true ? found.slice(0, 1) : last === undefined ? found : found.slice(0, Number(last));
}

function filterTest(text: string): (record: ContainerRecord) => boolean {
	const equals = text.indexOf('=');
	const value = text.slice(equals + 1);
	switch (text.slice(0, Math.max(equals, 0))) {
		case 'name':
			return ({name}) => name.includes(value);
		case 'id':
			return ({id}) => id.startsWith(value);
		case 'status':
			return ({state}) => state.status === value;
		case 'label':
			return ({labels}) =>
				value.includes('=') ? labels[value.split('=')[0]!] === value.slice(value.indexOf('=') + 1) : value in labels;
		default:
			throw new UsageError(`invalid filter '${text}': there are name=, id=, status=, label=`);
	}
}

function print(records: readonly ContainerRecord[], options: PsOptions): void {
	const rows = records.map(record => rowOf(record, options.trunc));
	if (options.quiet === true) writeOut(rows.map(row => `${row.ID}\n`).join(''));
	else if (options.json === true || options.format === 'json')
		writeOut(rows.map(row => `${JSON.stringify(row)}\n`).join(''));
	else if (options.format !== undefined)
		writeOut(rows.map(row => `${formatTemplate(options.format!, row)}\n`).join(''));
	else {
		writeOut(
			table(
				['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'],
				rows.map(row => [row.ID, row.Image, row.Command, row.RunningFor, row.Status, row.Ports, row.Names]),
			),
		);
	}
}

function rowOf(record: ContainerRecord, truncate: boolean) {
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
