/**
 * `drydock top`: the processes of a container.
 * @module
 */
import {findContainer, requireRunning, sweep, topOf} from '#engine';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {table} from '../table.ts';

/** Runs the command. What follows the container's name is for ps. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser(
		'top',
		'Show the processes of a container, with the numbers that the host knows them by.',
		{passThrough: true},
	)
		.usage('CONTAINER [PS OPTIONS]')
		.argument('<container>')
		.argument('[options...]');
	return parsed(parser, args, async () => {
		const [container = '', ...options] = parser.args;
		sweep();
		const {titles, rows} = topOf(requireRunning(findContainer(container), 'list the processes of'), options);
		writeOut(table(titles, rows));
		return 0;
	});
}
