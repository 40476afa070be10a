/**
 * `drydock inspect`: all that is known of containers, as JSON.
 * @module
 */

import {findContainer, inspectContainer, sweep} from '#engine';
import {exactJson} from '#kernel/exact-json';
import {writeError, writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {parseTemplate} from '../template.ts';

/** Runs the command. @returns 0, or 1 if any container isn't there. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('inspect', 'Show all that is known of containers.')
		.usage('[OPTIONS] CONTAINER [CONTAINER...]')
		.argument('<container...>')
		.option('-f, --format <template>', 'Only these fields: {{.State.Pid}}, {{json .Mounts}}')
		.option('--type <type>', 'container')
		.option('--json', 'As JSON, which it is anyway');
	return parsed(parser, args, async () => {
		const {format} = parser.opts<{readonly format?: string}>();
		sweep();
		const show = format === undefined ? undefined : parseTemplate(format);
		let code = 0;
		const found = parser.args.flatMap(reference => {
			try {
				return [inspectContainer(findContainer(reference))];
			} catch (error) {
				writeError(`drydock: ${(error as Error).message}\n`);
				code = 1;
				return [];
			}
		});
		if (show === undefined) writeOut(`${exactJson(found, '    ')}\n`);
		else for (const each of found) writeOut(`${show(each)}\n`);
		return code;
	});
}
