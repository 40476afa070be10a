/**
 * `drydock rm`: remove containers.
 * @module
 */
import {NoSuchContainer, removeContainer, sweep} from '#engine';
import {forEachContainer} from '../each.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command. @returns 0, or 1 if any container could not be removed. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('rm', 'Remove containers.')
		.usage('[OPTIONS] CONTAINER [CONTAINER...]')
		.argument('<container...>')
		.option('-f, --force', 'End it first if it runs; be content if it isn’t there')
		.option('-v, --volumes', 'Remove its anonymous volumes, too');
	return parsed(parser, args, () => {
		const {force = false} = parser.opts<{readonly force?: boolean}>();
		sweep();
		return forEachContainer(
			parser.args,
			async reference => void (await removeContainer(reference, {force})),
			error => force && error instanceof NoSuchContainer,
		);
	});
}
