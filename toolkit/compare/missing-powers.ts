/**
 * What root itself lacks here: inside a container, or in a machine that holds something back. Other engines insist on it,
 * and give up.
 *
 *     drydock  gives a privileged container what there is
 *     runc     "unable to apply caps: operation not permitted"
 *
 * Source: capabilities(7), "Capability bounding set"; getrlimit(2).
 * @module
 */
import type {Original} from '#compare/twin';
import {capabilityNumber, isBounding, isCapability} from '#kernel/capability';
import {getResourceLimit} from '#kernel/resource';
import type {Spec} from '#runtime';
import type {Rlimit} from '#security';
import type {Localized} from '#words/language';

/** Those of a container's capabilities that nobody here can have. */
export function missingCapabilities({process}: Spec): readonly string[] {
	const asked = process?.capabilities?.bounding ?? [];
	return asked.filter(name => isCapability(name) && !isBounding(capabilityNumber(name)));
}

/** The same container without them, and a line that says so. */
export function withoutMissing(spec: Spec): {readonly spec: Spec; readonly notes: readonly Localized[]} {
	const missing = missingCapabilities(spec);
	const {process} = spec;
	if (missing.length === 0 || process?.capabilities === undefined) return {spec, notes: []};
	const sets = Object.entries(process.capabilities).map(([set, names]) => [
		set,
		(names as readonly string[]).filter(name => !missing.includes(name)),
	]);
	return {
		spec: {...spec, process: {...process, capabilities: Object.fromEntries(sets)}},
		notes: [
			{
				en: `Root of this machine has no ${missing.join(', ')}: drydock leaves that out, runc would give up, so it isn’t asked for.`,
				zh: `这台机器的 root 没有 ${missing.join('、')}：drydock 会略过，runc 会就此失败，所以没有向它要求。`,
			},
		],
	};
}

/** Limits that podman raises unasked, as low as they have to be where nobody may raise one. */
export function keptLimits({record}: Original): {
	readonly limits: readonly Rlimit[];
	readonly notes: readonly Localized[];
} {
	if (isBounding(capabilityNumber('CAP_SYS_RESOURCE'))) return {limits: [], notes: []};
	const asked = new Set(record.container.spec.process?.rlimits?.map(({type}) => type));
	const limits = (['RLIMIT_NOFILE', 'RLIMIT_NPROC'] as const)
		.filter(type => !asked.has(type))
		.map(type => {
			// This process's own: to read another user's takes the very capability.
			const {soft, hard} = getResourceLimit(0, type);
			// Podman's conmon takes NPROC down to this for itself, and nothing below it may go up again.
			const most = type === 'RLIMIT_NPROC' ? CONMON_PROCESSES : Number.POSITIVE_INFINITY;
			return {type, soft: Math.min(Number(soft), most), hard: Math.min(Number(hard), most)};
		});
	return {
		limits,
		notes: [
			{
				en: 'Root of this machine has no CAP_SYS_RESOURCE: podman may not raise the limits on open files and processes as it does elsewhere, and keeps those that it can.',
				zh: '这台机器的 root 没有 CAP_SYS_RESOURCE：podman 不能像在别处那样提高打开文件数和进程数的限制，只能沿用现有的。',
			},
		],
	};
}

const CONMON_PROCESSES = 32 * 1024;
