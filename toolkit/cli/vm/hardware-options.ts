/**
 * The options that say what a machine is built of.
 * @module
 */
import type {Command} from 'commander';
import {parseBytes, parseInteger} from '#engine/quantities';
import type {Hardware} from '#sandbox/machine/blueprint';
import {asTyped} from './as-typed.ts';

/** Adds the options to a parser. */
export function withHardware(parser: Command): Command {
	return parser
		.option('--cpus <number>', 'How many CPUs; without hardware’s help, more than one make it slower')
		.option('--memory <bytes>', 'How much memory: 512m, 1g')
		.option('--network', 'A way to the outside');
}

/** The hardware that was asked for. @throws {UsageError} for an amount that can't be meant. */
export function hardwareFor(parser: Command): Partial<Hardware> {
	const {cpus, memory, network} = parser.opts<{cpus?: string; memory?: string; network?: boolean}>();
	return asTyped(() => ({
		...(cpus === undefined ? {} : {cpus: parseInteger(cpus, '--cpus', 1, 64)}),
		...(memory === undefined ? {} : {memoryBytes: memoryBytesOf(memory)}),
		...(network === true ? {network} : {}),
	}));
}

/** A guest with less doesn't boot. QEMU takes whole pages, and whole MiB are easier to tell. */
function memoryBytesOf(text: string): number {
	const bytes = parseBytes(text, '--memory');
	if (bytes < 256 * 2 ** 20) throw new Error(`invalid value ${text} for --memory: a machine takes 256m at least`);
	return bytes - (bytes % 2 ** 20);
}
