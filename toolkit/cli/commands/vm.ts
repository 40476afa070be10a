/**
 * `drydock vm`: the disposable machine, by hand.
 * @module
 */
import {writeOut} from '../output.ts';
import {UsageError} from '../usage-error.ts';
import {vmCommands, vmOverview} from '../vm/vm-commands.ts';

/** Runs the command. @returns the subcommand's exit code. */
export async function run(args: readonly string[]): Promise<number> {
	const [name, ...rest] = args;
	if (name === undefined || name === '--help') {
		writeOut(vmOverview());
		return 0;
	}
	if (name.startsWith('-')) throw new UsageError(`unknown option '${name}': see 'drydock vm --help'`);
	const command = Object.hasOwn(vmCommands, name) ? vmCommands[name] : undefined;
	if (command === undefined) throw new UsageError(`'${name}' is not a command of drydock vm: see 'drydock vm --help'`);
	return command.run(rest);
}
