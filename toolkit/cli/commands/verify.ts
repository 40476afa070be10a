/**
 * `drydock verify`: play lessons without a screen and prove that their checks tell right from wrong.
 * @module
 */
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';

/** Runs the command. @returns 1 if any check falls short. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('verify', 'Play lessons without a screen: each check must fail before and pass after.')
		.usage('[OPTIONS] [LESSON...]')
		.argument('[lesson...]')
		.option('--sandbox <provider>', 'Where to play them: local, qemu, vagrant', 'local')
		.option('--json', 'Report as JSON');
	return parsed(parser, args, async () => {
		const {verifyLessons} = await import('#lessons/verify');
		const {sandbox, json = false} = parser.opts<{
			readonly sandbox: 'local' | 'qemu' | 'vagrant';
			readonly json?: boolean;
		}>();
		return verifyLessons({lessons: parser.args, sandbox, json, write: writeOut});
	});
}
