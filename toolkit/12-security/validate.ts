/**
 * Is this a seccomp profile? It comes from a file that anybody may have written.
 *
 * Source: OCI runtime-spec config-linux.md "Seccomp".
 * @module
 */
import type {Seccomp} from '#security/profile';

const actions = ['KILL', 'KILL_PROCESS', 'KILL_THREAD', 'TRAP', 'ERRNO', 'TRACE', 'ALLOW', 'LOG', 'NOTIFY'].map(
	name => `SCMP_ACT_${name}`,
);
const operators = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'].map(name => `SCMP_CMP_${name}`);
/** The kernel's limit on what a call can return. */
const LAST_ERRNO = 4095;

/**
 * Checks a profile's shape.
 *
 * @throws {Error} in one line that names the place.
 */
export function validateSeccomp(profile: unknown): asserts profile is Seccomp {
	const top = record(profile, 'profile');
	action(top.defaultAction, 'defaultAction');
	errno(top.defaultErrnoRet, 'defaultErrnoRet');
	for (const [index, name] of list(top.architectures, 'architectures').entries()) text(name, `architectures[${index}]`);
	for (const [index, name] of list(top.flags, 'flags').entries()) text(name, `flags[${index}]`);
	for (const [index, entry] of list(top.syscalls, 'syscalls').entries()) validateEntry(entry, `syscalls[${index}]`);
}

function validateEntry(value: unknown, where: string): void {
	const entry = record(value, where);
	if (entry.names === undefined) fail(`${where}.names`, 'missing');
	for (const [index, name] of list(entry.names, `${where}.names`).entries()) text(name, `${where}.names[${index}]`);
	action(entry.action, `${where}.action`);
	errno(entry.errnoRet, `${where}.errnoRet`);
	for (const [index, arg] of list(entry.args, `${where}.args`).entries()) validateArg(arg, `${where}.args[${index}]`);
}

function validateArg(value: unknown, where: string): void {
	const arg = record(value, where);
	if (!isWhole(arg.index, 5n)) fail(`${where}.index`, 'a call has the arguments 0 to 5');
	const widest = 2n ** 64n - 1n;
	if (!isWhole(arg.value, widest)) fail(`${where}.value`, 'not a whole number of at most 64 bits');
	if (arg.valueTwo !== undefined && !isWhole(arg.valueTwo, widest)) {
		fail(`${where}.valueTwo`, 'not a whole number of at most 64 bits');
	}
	if (!operators.includes(String(arg.op))) fail(`${where}.op`, `unknown operator ${JSON.stringify(arg.op)}`);
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'not an object');
	return value as Readonly<Record<string, unknown>>;
}

/** A list, or the empty one where the file says nothing. */
function list(value: unknown, where: string): readonly unknown[] {
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) fail(where, 'not a list');
	return value;
}

function text(value: unknown, where: string): void {
	if (typeof value !== 'string') fail(where, 'not a text');
}

function action(value: unknown, where: string): void {
	if (!actions.includes(String(value))) fail(where, `unknown action ${JSON.stringify(value)}`);
}

function errno(value: unknown, where: string): void {
	if (value !== undefined && value !== null && !isWhole(value, BigInt(LAST_ERRNO)))
		fail(where, 'not an errno, 0 to 4095');
}

function isWhole(value: unknown, most: bigint): boolean {
	if (typeof value !== 'bigint' && !Number.isInteger(value)) return false;
	const exact = BigInt(value as number | bigint);
	return exact >= 0n && exact <= most;
}

function fail(where: string, what: string): never {
	throw new Error(`seccomp profile: ${where}: ${what}`);
}
