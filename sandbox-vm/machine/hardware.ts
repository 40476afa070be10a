/**
 * A machine's hardware, compared and told.
 * @module
 */
import {isDeepStrictEqual} from 'node:util';
import type {Hardware} from './blueprint.ts';
import {mebibytes} from './room.ts';

/** Whether a machine is what somebody asks for who names some of its hardware. */
export function isAsAsked(hardware: Hardware, asked: Partial<Hardware>): boolean {
	return isDeepStrictEqual({...hardware, ...asked}, hardware);
}

/** `1 CPU, 512 MB and no network`. */
export function describeHardware({cpus, memoryBytes, network}: Hardware): string {
	return `${cpus} CPU${cpus === 1 ? '' : 's'}, ${mebibytes(memoryBytes)} and ${network ? 'a' : 'no'} network`;
}
