/**
 * The command line: `drydock COMMAND …`. Each command is a file in commands/, loaded when it is asked for.
 * @module
 */
import {commands} from './commands.ts';
import {unmarked} from './node-words.ts';
import {offerWhy} from './offer-why.ts';
import {tellError, writeOut} from './output.ts';
import {allWritten} from './standard-stream.ts';
import {UsageError} from './usage-error.ts';
import {version} from './version.ts';

async function main(argv: readonly string[]): Promise<number> {
	const [name, ...args] = argv;
	if (name === '--version' || name === '-v' || name === 'version') {
		writeOut(`drydock ${version()}\n`);
		return 0;
	}
	if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
		if (name === 'help' && args[0] !== undefined && args[0] in commands) return main([args[0], '--help']);
		const {overview} = await import('./overview.ts');
		writeOut(overview());
		return 0;
	}
	const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (command === undefined) throw new UsageError(`'${name}' is not a drydock command: see 'drydock --help'`);
	const {run} = await command.load();
	return run(args);
}

/** As docker: 125 for what can't be meant, and where another code could be the program's own; else 1. */
function exitCodeOf(error: unknown): number {
	// By its name: a command with a bundle of its own has a class of its own.
	const isUsageError = error instanceof Error && error.name === 'UsageError';
	return isUsageError || words[0] === 'run' ? 125 : 1;
}

async function mainThenWritten(argv: readonly string[]): Promise<number> {
	const code = await main(argv);
	await allWritten();
	return code;
}

const words = unmarked(process.argv.slice(2));

// Everything is done and written when a command returns: to wait for the event loop would only take time.
mainThenWritten(words).then(
	code => process.exit(code),
	async error => {
		tellError(error);
		await offerWhy(error, words).catch(() => {});
		process.exit(exitCodeOf(error));
	},
);
