/**
 * `drydock stop`: ask containers to end, then end them.
 * @module
 */
import {stopContainer, sweep} from '#engine';
import {forEachContainer} from '../each.ts';
import {commandParser, parsed} from '../parse.ts';
import {UsageError} from '../usage-error.ts';

/** Runs the command. @returns 0, or 1 if any container isn't there. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('stop', 'Ask containers to end, then end them.')
		.usage('[OPTIONS] CONTAINER [CONTAINER...]')
		.argument('<container...>')
		.option('-t, --time <seconds>', 'How long to wait before ending it; -1: for ever')
		.option('-s, --signal <signal>', 'The signal that asks it to end');
	return parsed(parser, args, () => {
		const {time, signal} = parser.opts<{readonly time?: string; readonly signal?: string}>();
		if (time !== undefined && !/^-?\d+$/.test(time))
			throw new UsageError(`invalid argument "${time}" for -t: seconds are a whole number`);
		sweep();
		return forEachContainer(parser.args, async reference => {
			await stopContainer(reference, {...(time === undefined ? {} : {seconds: Number(time)}), signal});
		});
	});
}
