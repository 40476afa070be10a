/**
 * `drydock unpause`: let the processes of containers go on.
 * @module
 */
import {sweep, unpauseContainer} from '#engine';
import {forEachContainer} from '../each.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command. @returns 0, or 1 if any container could not be served. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('unpause', 'Let the processes of containers go on.')
		.usage('CONTAINER [CONTAINER...]')
		.argument('<container...>');
	return parsed(parser, args, () => {
		sweep();
		return forEachContainer(parser.args, reference => void unpauseContainer(reference));
	});
}
