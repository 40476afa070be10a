/**
 * Reading a command's arguments with commander, in docker's manner: one line for a mistake, exit code 125.
 * @module
 */
import {Command, CommanderError} from 'commander';
import {writeOut} from './output.ts';
import {UsageError} from './usage-error.ts';

/** A parser for `drydock NAME`. Options stop at the first argument that is none, if `passThrough` is set. */
export function commandParser(name: string, summary: string, {passThrough = false} = {}): Command {
	const parser = new Command(`drydock ${name}`)
		.description(summary)
		.exitOverride()
		.configureOutput({writeOut, writeErr: () => {}})
		.helpOption('--help', 'Print this')
		.showHelpAfterError(false);
	return passThrough ? parser.passThroughOptions() : parser;
}

/**
 * Parses `args` and runs `action` with the options and arguments that were found. Prints help where it is asked for.
 *
 * @throws {UsageError}
 */
export async function parsed(parser: Command, args: readonly string[], action: () => Promise<number>): Promise<number> {
	try {
		parser.parse(args, {from: 'user'});
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (error.code === 'commander.helpDisplayed') return 0;
		const message = error.message
			.replace(/^error: /, '')
			.replace(/\s*\n\s*/g, ' ')
			.replace(/\.$/, '');
		throw new UsageError(`${message}: see '${parser.name()} --help'`);
	}
	return action();
}

/** Collects an option that can be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
	return [...before, value];
}
