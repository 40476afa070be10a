/**
 * `drydock read`: the toolkit, in the order in which it is best read.
 * @module
 */
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {UsageError} from '../usage-error.ts';

interface ReadOptions {
	readonly language?: string;
	readonly plain?: boolean;
	readonly json?: boolean;
}

/** Runs the command, until the reader leaves. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('read', 'Read the toolkit in reading order. In a pipe it is printed.')
		.usage('[OPTIONS] [MODULE|FILE[:LINE]|NAME]')
		.argument('[name]')
		.option('--language <language>', 'en or zh')
		.option('--plain', 'Print the sources as text, also in a terminal')
		.option('--json', 'Print the structure: modules, files, exports, and who uses them')
		.allowExcessArguments(false);
	return parsed(parser, args, async () => {
		const {language, plain, json} = parser.opts<ReadOptions>();
		if (language !== undefined && language !== 'en' && language !== 'zh') {
			throw new UsageError(`there is no language '${language}': there are en and zh`);
		}
		const {startReader} = await import('../../../lessons/reader/reader.ts');
		const hasScreen = process.stdin.isTTY && process.stdout.isTTY;
		const as = json ? 'json' : plain || !hasScreen ? 'plain' : 'screen';
		const end = await startReader({name: parser.args[0], language, as});
		if ('exitCode' in end) return end.exitCode;
		if ('lesson' in end) {
			const {startCourse} = await import('../../../lessons/app/app.tsx');
			return startCourse({language: end.language, lesson: end.lesson});
		}
		writeOut(end.text);
		return 0;
	});
}
