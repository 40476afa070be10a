/**
 * `drydock attach`: this terminal on a container that runs.
 * @module
 */
import {findContainer, requireRunning, sweep} from '#engine';
import {attachTerminal} from '../attached.ts';
import {parseDetachKeys} from '../detach-keys.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command. @returns the container's exit code; 0 if it was left running. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('attach', 'Attach this terminal to a container that runs.')
		.usage('[OPTIONS] CONTAINER')
		.argument('<container>')
		.option('--no-stdin', 'Do not pass our input on')
		.option('--detach-keys <keys>', 'Keys that leave it running: ctrl-p,ctrl-q');
	return parsed(parser, args, async () => {
		const {stdin, detachKeys} = parser.opts<{readonly stdin: boolean; readonly detachKeys?: string}>();
		sweep();
		const record = requireRunning(findContainer(parser.args[0] ?? ''), 'attach to');
		return attachTerminal(record.id, {keys: parseDetachKeys(detachKeys), input: stdin && record.openStdin});
	});
}
