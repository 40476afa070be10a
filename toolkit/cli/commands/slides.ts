/**
 * `drydock slides`: the slide projector.
 * @module
 */
import {Option} from 'commander';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {UsageError} from '../usage-error.ts';

interface SlidesFlags {
	readonly language?: 'en' | 'zh';
	readonly sandbox?: 'local' | 'qemu';
	readonly speaker?: boolean;
	readonly check?: boolean;
	readonly run?: boolean;
	readonly export?: 'html' | 'pdf';
	readonly output?: string;
	readonly json?: boolean;
}

/** Runs the command, until the presenter leaves. @returns 1 if a check finds anything. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('slides', 'Show a deck of slides in this terminal; without a name, list them.')
		.usage('[OPTIONS] [NAME]')
		.argument('[name]')
		.addOption(new Option('--language <language>', 'The language of the slides').choices(['en', 'zh']))
		.addOption(new Option('--sandbox <provider>', 'Where blocks are run').choices(['local', 'qemu']))
		.option('--speaker', 'Notes, the next slide and the time, for a presentation in another terminal')
		.addOption(new Option('--export <format>', 'Write one self-contained file').choices(['html', 'pdf']))
		.option('-o, --output <file>', 'Where to write it')
		.option('--run', 'With --export: record what blocks print. With --check: run them, too')
		.option('--check', 'For authors: tell what is to be mended, in this deck or in all')
		.option('--json', 'The structure, as JSON');
	return parsed(parser, args, async () => {
		const flags = parser.opts<SlidesFlags>();
		requireSense(flags, parser.args[0]);
		const {startSlides} = await import('../../../slides/projector/slides.ts');
		return startSlides({...flags, ...(parser.args[0] === undefined ? {} : {name: parser.args[0]}), write: writeOut});
	});
}

function requireSense({speaker, check, run, export: format, output}: SlidesFlags, name: string | undefined): void {
	if ([speaker, check, format !== undefined].filter(Boolean).length > 1)
		throw new UsageError('--speaker, --check and --export exclude each other');
	if (format !== undefined && name === undefined) throw new UsageError('--export needs the name of a deck');
	if (run && !check && format === undefined) throw new UsageError('--run goes with --export or --check');
	if (output !== undefined && format === undefined) throw new UsageError('--output goes with --export');
}
