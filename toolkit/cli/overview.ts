/**
 * `drydock --help`.
 * @module
 */
import {commands} from './commands.ts';

/** What there is, in a screenful. */
export function overview(): string {
	const names = Object.keys(commands);
	const width = Math.max(...names.map(name => name.length)) + 2;
	return [
		'Usage: drydock COMMAND',
		'',
		'A container engine that you can see from below.',
		'',
		'Commands:',
		...names.map(name => `  ${name.padEnd(width)}${commands[name]!.summary}`),
		'',
		'Options:',
		`  ${'-v, --version'.padEnd(width + 5)}Print the version`,
		`  ${'-h, --help'.padEnd(width + 5)}Print this, or with a command what it takes`,
		'',
		'Try:  drydock run --rm -it host sh      a shell in a copy of this machine',
		'      drydock run --plan host true      what would be done for it, and why',
		'',
	].join('\n');
}
