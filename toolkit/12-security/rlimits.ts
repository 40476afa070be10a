/**
 * Resource limits of a container's processes: `--ulimit nofile=1024:2048`.
 *
 * The surprise: they aren't the container's. Each process has its own copy, inherited by fork; only NPROC, SIGPENDING,
 * MEMLOCK and MSGQUEUE are counted together, and that by user, across all containers. What limits a container is its cgroup.
 *
 * Sources: getrlimit(2), OCI runtime-spec config.md "POSIX process", docker run --ulimit.
 * @module
 */
import {isErrno} from '#kernel/error';
import {getResourceLimit, type ResourceName, RLIM_INFINITY, resourceNumber, setResourceLimit} from '#kernel/resource';

/** One limit: the OCI spec's entry of `process.rlimits`. */
export interface Rlimit {
	/** `RLIMIT_NOFILE`. */
	readonly type: string;
	/** In the limit's own unit: bytes, seconds, microseconds or a count. `unlimited` and all above it is no limit. */
	readonly soft: Amount;
	readonly hard: Amount;
}

/** The spec's values have 64 bits: those that a number would round are bigint, as `parseExactJson` reads them. */
export type Amount = number | bigint;

/** No limit: the kernel's own value, and the spec's. */
export const unlimited = RLIM_INFINITY;

/** The names that `--ulimit` takes: the kernel's, without RLIMIT_ and in small letters. Docker leaves out `as`. */
const names: ReadonlyMap<string, ResourceName> = new Map(
	(Object.keys(resourceNumber) as ResourceName[])
		.filter(name => name !== 'RLIMIT_AS')
		.map(name => [name.slice('RLIMIT_'.length).toLowerCase(), name]),
);

/**
 * Reads `name=soft[:hard]`; -1 is no limit, and a missing hard value is the soft one.
 *
 * @throws {Error} in docker's words.
 */
export function parseUlimit(text: string): Rlimit {
	const [, name, values] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
	if (name === undefined || values === undefined) throw new Error(`invalid ulimit argument: ${text}`);
	const type = names.get(name);
	if (type === undefined) throw new Error(`invalid ulimit type: ${name}`);
	const parts = values.split(':');
	if (parts.length > 2)
		throw new Error(`too many limit value arguments - ${values}, can only have up to two, \`soft[:hard]\``);
	const soft = parseValue(parts[0]!);
	const hard = parseValue(parts[1] ?? parts[0]!);
	if (soft > hard)
		throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${words(soft)} > ${words(hard)}`);
	return {type, soft, hard};
}

/**
 * Sets limits of this process: of all its threads, and of what it starts.
 *
 * @throws {Error} in one line for a name that isn't one, or a hard limit above the present one without CAP_SYS_RESOURCE.
 */
export function setRlimits(rlimits: readonly Rlimit[]): void {
	for (const {type, soft, hard} of rlimits) {
		if (!isResource(type)) throw new Error(`process.rlimits: unknown limit ${JSON.stringify(type)}`);
		try {
			setResourceLimit(0, type, {soft: toUnsigned(soft, type), hard: toUnsigned(hard, type)});
		} catch (error) {
			if (!isErrno(error, 'EPERM')) throw error;
			throw new Error(tooHigh(type, hard), {cause: error});
		}
	}
}

/** All limits of a process; 0 is this one. */
export function readRlimits(pid = 0): readonly Rlimit[] {
	return (Object.keys(resourceNumber) as ResourceName[]).map(type => {
		const {soft, hard} = getResourceLimit(pid, type);
		return {type, soft: fromUnsigned(soft), hard: fromUnsigned(hard)};
	});
}

function parseValue(text: string): Amount {
	if (text === '-1') return unlimited;
	if (!/^\d+$/.test(text) || Number(text) > 2 ** 63)
		throw new Error(`invalid ulimit value: ${JSON.stringify(text)} is no number`);
	return fromUnsigned(BigInt(text));
}

function isResource(type: string): type is ResourceName {
	return Object.hasOwn(resourceNumber, type);
}

function toUnsigned(value: Amount, type: string): bigint {
	if (typeof value !== 'bigint' && !Number.isInteger(value))
		throw new Error(`process.rlimits: ${type} is no whole number: ${value}`);
	// -1 is what people mean by no limit, and what a program in C would pass.
	return value < 0 || value >= unlimited ? RLIM_INFINITY : BigInt(value);
}

function tooHigh(type: ResourceName, hard: Amount): string {
	const present = fromUnsigned(getResourceLimit(0, type).hard);
	return `${type} can't be raised to ${words(hard)} without CAP_SYS_RESOURCE: ask for at most ${words(present)}, the hard limit here`;
}

function fromUnsigned(value: bigint): Amount {
	return value > Number.MAX_SAFE_INTEGER ? value : Number(value);
}

function words(value: Amount): string {
	return value < 0 || value >= unlimited ? 'unlimited' : String(value);
}
