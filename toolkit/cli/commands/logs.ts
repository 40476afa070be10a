/**
 * `drydock logs`: what a container wrote.
 * @module
 */
import {findContainer, isRunning, type LogEntry, readLog, readRecord, sweep} from '#engine';
import {hasLostReader} from '#kernel/poll';
import {parseMoment} from '../moment.ts';
import {writeError, writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {lostReaderExitCode} from '../standard-stream.ts';
import {UsageError} from '../usage-error.ts';

const STANDARD_OUTPUT = 1;

interface LogsOptions {
	readonly follow?: boolean;
	readonly timestamps?: boolean;
	readonly tail?: string;
	readonly since?: string;
	readonly until?: string;
}

/** Runs the command. Standard error of the container goes to ours. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('logs', 'Show what a container wrote.')
		.usage('[OPTIONS] CONTAINER')
		.argument('<container>')
		.option('-f, --follow', 'Go on while it writes more')
		.option('-t, --timestamps', 'Show the times')
		.option('-n, --tail <lines>', 'Only the last lines')
		.option('--since <time>', 'From this time on: 2026-01-02T15:04:05, or 10m for ten minutes ago')
		.option('--until <time>', 'Up to this time');
	return parsed(parser, args, async () => {
		const {follow, timestamps = false, tail, since, until} = parser.opts<LogsOptions>();
		if (tail !== undefined && tail !== 'all' && !/^\d+$/.test(tail))
			throw new UsageError(`invalid argument "${tail}" for --tail: a number of lines, or all`);
		sweep();
		const {id} = findContainer(parser.args[0] ?? '');
		const isOver = (): boolean => {
			const record = readRecord(id);
			return record === undefined || !isRunning(record);
		};
		const entries = readLog(id, {
			tail: tail === undefined || tail === 'all' ? undefined : Number(tail),
			since: since === undefined ? undefined : parseMoment(since, '--since'),
			until: until === undefined ? undefined : parseMoment(until, '--until'),
			follow: follow === true ? {isOver} : undefined,
		});
		for await (const entry of entries) {
			print(entry, timestamps);
			// `| head` has read enough, and the container may write for ever.
			if (follow === true && hasLostReader(STANDARD_OUTPUT)) return lostReaderExitCode;
		}
		return 0;
	});
}

function print({log, stream, time}: LogEntry, timestamps: boolean): void {
	const text = timestamps ? `${time} ${log}` : log;
	if (stream === 'stdout') writeOut(text);
	else writeError(text);
}
