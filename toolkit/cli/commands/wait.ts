/**
 * `drydock wait`: wait for containers to end.
 * @module
 */
import {sweep, waitForContainer} from '#engine';
import {forEachContainer} from '../each.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command, which prints exit codes. @returns 0, or 1 if any container isn't there. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('wait', 'Wait for containers to end and print their exit codes.')
		.usage('CONTAINER [CONTAINER...]')
		.argument('<container...>');
	return parsed(parser, args, () => {
		sweep();
		return forEachContainer(parser.args, waitForContainer);
	});
}
