/**
 * 12 · Security: what is left of root's power when the container starts.
 *
 *     limits ─▶ label ─▶ bounding set ─▶ groups, user ─▶ filter ─▶ capabilities ─▶ no_new_privs ─▶ (filter) ─▶ exec
 *                        CAP_SETPCAP     CAP_SET[GU]ID   CAP_SYS_ADMIN
 *
 * The surprise: order is everything, since each step takes away what an earlier one needs. And the filter has two places. To
 * load one takes CAP_SYS_ADMIN, so it comes before the capabilities go, and has to allow what follows; with no_new_privs
 * anybody may load one, and it comes last.
 *
 * All but the limits change the calling thread only. It is the one that execs; or it forks, and the child has what it has.
 *
 * AppArmor and SELinux confine by a label, given where the spec names one. Without that nothing is applied: docker brings a
 * profile of its own, docker-default, and this engine has none.
 *
 * Next: 13-runtime puts modules 01 to 12 together.
 *
 * Sources: capabilities(7), prctl(2), seccomp(2), OCI runtime-spec config.md "Process".
 * @module
 */
import {getCapabilities, keepCapabilities, setCapabilities} from '#kernel/capability';
import {setGroupId, setGroups, setUmask, setUserId} from '#kernel/credentials';
import {isErrno} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';
import type {Step} from '#kernel/plan';
import {setNoNewPrivs} from '#kernel/seccomp';
import {type Capabilities, limitCapabilities, takeCapabilities} from '#security/capabilities';
import {confineByAppArmor, confineBySelinux} from '#security/labels';
import type {Seccomp} from '#security/profile';
import {type Rlimit, setRlimits} from '#security/rlimits';
import {applySeccomp} from '#security/seccomp';
import type {ProcessUser} from '#user';

export {
	type Capabilities,
	capabilitySets,
	defaultCapabilities,
	parseCapability,
	reachableCapabilities,
} from '#security/capabilities';
export type {Seccomp} from '#security/profile';
export {parseUlimit, type Rlimit, readRlimits, unlimited} from '#security/rlimits';
export {compileFilter} from '#security/seccomp';
export {defaultSeccomp} from '#security/seccomp-default';
export {parseSecurityOpts, type SecurityOpts, seccompFor} from '#security/security-opts';

/** What the OCI spec's `process` says of privileges. */
export interface ProcessSecurity {
	readonly user: ProcessUser;
	/** Missing: none at all. */
	readonly capabilities?: Capabilities;
	readonly noNewPrivileges?: boolean;
	readonly rlimits?: readonly Rlimit[];
	/** From -1000 (never chosen when memory runs out) to 1000 (chosen first). */
	readonly oomScoreAdj?: number;
	readonly apparmorProfile?: string;
	readonly selinuxLabel?: string;
}

/** What this module is to do. */
export interface SecurityOptions {
	readonly process: ProcessSecurity;
	/** The OCI spec's `linux.seccomp`. */
	readonly seccomp?: Seccomp | undefined;
	/**
	 * Whether this Node goes on after the steps, to start the program and wait for it. Its event loop hands the kernel its
	 * epoll changes through a ring of io_uring that it has had since its start, and aborts if that is refused. So
	 * io_uring_enter stays allowed: of no use to the program, which has no ring and can't make one.
	 */
	readonly stays?: boolean;
	/** What `compileFilter(profileFor(…))` made of the profile, if somebody had the time before. */
	readonly compiled?: Uint8Array | undefined;
	/** Steps that a change of user would undo, and that a filter might forbid: they come in between. */
	readonly afterUser?: readonly Step[];
}

/** What this module adds to the plan of a container: its last steps before it becomes the user's program. */
export function securitySteps({
	process,
	seccomp,
	stays = false,
	compiled,
	afterUser = [],
}: SecurityOptions): readonly Step[] {
	const filter = seccomp === undefined ? [] : [filterStep(profileFor(seccomp, {stays}), compiled)];
	const late = process.noNewPrivileges === true;
	return [
		...limitSteps(process),
		...labelSteps(process),
		boundingStep(process.capabilities ?? {}),
		userStep(process.user),
		...afterUser,
		...(late ? [] : filter),
		capabilityStep(process.capabilities ?? {}),
		...(late ? [noNewPrivsStep, ...filter] : []),
	];
}

/** The profile that is applied in the end: for a Node that stays, the same and its own ring (see `stays`). */
export function profileFor(seccomp: Seccomp, {stays = false}: {readonly stays?: boolean}): Seccomp {
	if (!stays) return seccomp;
	const ring = {names: ['io_uring_enter'], action: 'SCMP_ACT_ALLOW'} as const;
	return {...seccomp, syscalls: [ring, ...(seccomp.syscalls ?? [])]};
}

/**
 * Makes the calling thread another user, and keeps the power to do what comes after that.
 *
 * @throws {KernelError} `EPERM` without CAP_SETUID and CAP_SETGID; `EINVAL` for an id that its namespace doesn't map.
 */
export function becomeUser({uid, gid, umask, additionalGids = []}: ProcessUser): void {
	if (umask !== undefined) setUmask(umask);
	setGroupList(additionalGids, gid);
	setGroupId(gid);
	keepCapabilities(true);
	setUserId(uid);
	keepCapabilities(false);
	// Leaving 0 has switched all off; what is still permitted can be switched on again.
	const {permitted, inheritable} = getCapabilities();
	setCapabilities({effective: permitted, permitted, inheritable});
}

function limitSteps({rlimits = [], oomScoreAdj}: ProcessSecurity): readonly Step[] {
	const steps: Step[] = [];
	if (rlimits.length > 0) {
		steps.push({
			module: 'security',
			title: `limit ${rlimits.map(({type}) => type.replace('RLIMIT_', '').toLowerCase()).join(', ')}`,
			why: 'a process that runs wild meets its own limit before those of its neighbours',
			run: () => setRlimits(rlimits),
		});
	}
	if (oomScoreAdj !== undefined) {
		steps.push({
			module: 'security',
			title: `count ${oomScoreAdj} points more when memory runs out`,
			why: 'the kernel then ends the process with the most points',
			run: () => adjustOomScore(oomScoreAdj),
		});
	}
	return steps;
}

function labelSteps({apparmorProfile, selinuxLabel}: ProcessSecurity): readonly Step[] {
	const steps: Step[] = [];
	const why = 'a policy of the machine then says which files and calls are out of reach, whoever asks';
	if (apparmorProfile !== undefined && apparmorProfile !== '' && apparmorProfile !== 'unconfined') {
		const title = `be confined by AppArmor’s ${apparmorProfile}`;
		steps.push({module: 'security', title, why, run: () => confineByAppArmor(apparmorProfile)});
	}
	if (selinuxLabel !== undefined && selinuxLabel !== '') {
		const title = `be labelled ${selinuxLabel} for SELinux`;
		steps.push({module: 'security', title, why, run: () => confineBySelinux(selinuxLabel)});
	}
	return steps;
}

function boundingStep({bounding = []}: Capabilities): Step {
	return {
		module: 'security',
		title: `give up all capabilities but ${bounding.length}, for good`,
		why: 'what is out of the bounding set comes back by no program, not even one that is set-user-id root',
		run: () => limitCapabilities(bounding),
	};
}

function userStep(user: ProcessUser): Step {
	return {
		module: 'security',
		title: `be user ${user.uid}, group ${user.gid}`,
		why: 'the program should own no more than it needs; after this there is no way back',
		run: () => becomeUser(user),
	};
}

function capabilityStep(capabilities: Capabilities): Step {
	const effective = capabilities.effective ?? [];
	return {
		module: 'security',
		title: effective.length === 0 ? 'hold no capability' : `hold ${effective.length} capabilities`,
		why: 'root in a container may do what containers need, and not load modules or set the clock',
		run: () => takeCapabilities(capabilities),
	};
}

const noNewPrivsStep: Step = {
	module: 'security',
	title: 'accept no new privileges',
	why: 'set-user-id programs then run as whoever starts them',
	run: setNoNewPrivs,
};

function filterStep(seccomp: Seccomp, compiled: Uint8Array | undefined): Step {
	return {
		module: 'security',
		title: 'filter system calls',
		why: 'what a program never needs can’t be used against the kernel; from here on each call is judged',
		run: () => applySeccomp(seccomp, compiled),
	};
}

/** A namespace of an ordinary user's may forbid setgroups(2): then the groups stay, which give nothing that it didn't have. */
function setGroupList(gids: readonly number[], own: number): void {
	try {
		setGroups(gids);
	} catch (error) {
		if (!isErrno(error, 'EPERM')) throw error;
		if (gids.some(gid => gid !== own))
			throw new Error(`can't have further groups here: this user namespace denies setgroups`, {cause: error});
	}
}

function adjustOomScore(points: number): void {
	try {
		writeKernelFile('/proc/self/oom_score_adj', String(points));
	} catch (error) {
		if (!isErrno(error, 'EACCES')) throw error;
		throw new Error(`oom score ${points}: going below the present one takes CAP_SYS_RESOURCE`, {cause: error});
	}
}
