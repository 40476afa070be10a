/**
 * `drydock kill`: send a signal to containers.
 * @module
 */
import {killContainer, sweep} from '#engine';
import {forEachContainer} from '../each.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command. @returns 0, or 1 if any container doesn't run. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('kill', 'Send a signal to containers.')
		.usage('[OPTIONS] CONTAINER [CONTAINER...]')
		.argument('<container...>')
		.option('-s, --signal <signal>', 'KILL, TERM, 15, …', 'KILL');
	return parsed(parser, args, () => {
		const {signal} = parser.opts<{readonly signal: string}>();
		sweep();
		return forEachContainer(parser.args, reference => void killContainer(reference, signal));
	});
}
