/**
 * All calls that are told, by name.
 * @module
 */
import {nativeArchitecture, syscallTable} from '#security/syscalls';
import {fileDeeds} from './calls/files.ts';
import {mountDeeds} from './calls/mounts.ts';
import {namespaceDeeds} from './calls/namespaces.ts';
import {processDeeds} from './calls/processes.ts';
import {rightsDeeds} from './calls/rights.ts';
import type {Deed} from './raw-call.ts';

/** How each is seen. The rest is noise: memory, reads, opens, waiting. */
export const deeds: Readonly<Record<string, Deed>> = {
	...namespaceDeeds,
	...mountDeeds,
	...rightsDeeds,
	...processDeeds,
	...fileDeeds,
};

const names = new Map([...syscallTable(nativeArchitecture())].map(([name, number]) => [number, name]));

/** A call's name by its number in this machine's own ABI; undefined for one that is younger than the table. */
export function callName(number: number): string | undefined {
	return names.get(number);
}
