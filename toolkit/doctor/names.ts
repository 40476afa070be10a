/**
 * The kernel's names for numbers in calls that only the doctor reads.
 *
 * Sources: open(2), socket(2).
 * @module
 */
import {constants} from 'node:fs';
import {flagNames, KernelName} from '#kernel/error';
import {O_CLOEXEC, O_NAMES} from '#kernel/walk';

const accessModes = ['O_RDONLY', 'O_WRONLY', 'O_RDWR'] as const;
const {O_RDONLY, O_WRONLY, O_RDWR, ...modifiers} = {
	...O_NAMES,
	O_RDONLY: 0,
	O_APPEND: constants.O_APPEND,
	O_NONBLOCK: constants.O_NONBLOCK,
	O_NOCTTY: constants.O_NOCTTY,
	O_CLOEXEC,
};

/** `O_RDONLY|O_CLOEXEC`: the lowest two bits are a number, the rest are flags. */
export function openFlagNames(flags: number): KernelName {
	const mode = accessModes[flags & (O_RDONLY | O_WRONLY | O_RDWR)] ?? 'O_ACCMODE';
	const rest = flags & ~3;
	return rest === 0 ? new KernelName(mode) : new KernelName(`${mode}|${flagNames(rest, modifiers)}`);
}

/** What a number of socket(2) can be. */
export type SocketNumber = keyof typeof socketNumbers;

/** A family or type of sockets by its number: `AF_INET`. */
export function socketName(kind: SocketNumber, number: number): string {
	return socketNumbers[kind][number] ?? `${number}`;
}

const socketNumbers: Readonly<Record<'family' | 'type', Readonly<Record<number, string>>>> = {
	family: {1: 'AF_UNIX', 2: 'AF_INET', 10: 'AF_INET6', 16: 'AF_NETLINK', 17: 'AF_PACKET'},
	type: {1: 'SOCK_STREAM', 2: 'SOCK_DGRAM', 3: 'SOCK_RAW', 5: 'SOCK_SEQPACKET'},
};
