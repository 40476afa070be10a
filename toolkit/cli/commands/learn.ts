/**
 * `drydock learn`: the course.
 * @module
 */
import {commandParser, parsed} from '../parse.ts';

/** Runs the command, until the learner leaves. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('learn', 'Open the course in this terminal.')
		.usage('[OPTIONS] [LESSON]')
		.argument('[lesson]')
		.option('--language <language>', 'en or zh')
		.option('--sandbox <provider>', 'Where commands run: local, qemu, vagrant')
		.option('--reset', 'Forget all progress first');
	return parsed(parser, args, async () => {
		const {startCourse} = await import('../../../lessons/app/app.tsx');
		const options = parser.opts<{
			readonly language?: 'en' | 'zh';
			readonly sandbox?: 'local' | 'qemu' | 'vagrant';
			readonly reset?: boolean;
		}>();
		return startCourse({...options, ...(parser.args[0] === undefined ? {} : {lesson: parser.args[0]})});
	});
}
