/**
 * Profiles in files: the OCI spec's form, and docker's, which adds when an entry counts.
 *
 *     {"names": ["reboot"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_BOOT"]}}
 *
 * Source: docker's "Seccomp security profiles", moby/profiles.
 * @module
 */

import {release} from 'node:os';
import {parseExactJson} from '#kernel/exact-json';
import type {Seccomp, SeccompSyscall} from '#security/profile';
import {type Architecture, nativeArchitecture} from '#security/syscalls';
import {validateSeccomp} from '#security/validate';

/** When an entry counts: all that is named must be so. */
interface Circumstances {
	readonly caps?: readonly string[];
	readonly arches?: readonly string[];
	readonly minKernel?: string;
}

type DockerSyscall = SeccompSyscall & {
	/** An older way to name a single call. */
	readonly name?: string;
	readonly includes?: Circumstances;
	readonly excludes?: Circumstances;
};

type DockerProfile = Omit<Seccomp, 'syscalls'> & {
	readonly archMap?: readonly {readonly architecture: string; readonly subArchitectures?: readonly string[] | null}[];
	readonly syscalls?: readonly DockerSyscall[];
};

/** Docker's words for the machines. */
const dockerArch: Readonly<Partial<Record<Architecture, string>>> = {
	SCMP_ARCH_X86_64: 'amd64',
	SCMP_ARCH_AARCH64: 'arm64',
};

/**
 * Reads a profile for a container with these capabilities.
 *
 * @throws {Error} in one line if the text isn't a profile.
 */
export function parseSeccompProfile(
	text: string,
	bounding: readonly string[],
	machine: Architecture = nativeArchitecture(),
): Seccomp {
	const profile = parseJson(text) as DockerProfile;
	if (typeof profile !== 'object' || profile === null) throw new Error('seccomp profile: not an object');
	const {archMap, ...rest} = profile;
	const entries = Array.isArray(profile.syscalls) ? profile.syscalls : [];
	const named = entries.map(entry => (typeof entry?.name === 'string' ? {...entry, names: [entry.name]} : entry));
	const result: unknown = {
		...rest,
		...(Array.isArray(archMap) && {architectures: architecturesOf(archMap, machine)}),
		...(profile.syscalls !== undefined && {syscalls: Array.isArray(profile.syscalls) ? named : profile.syscalls}),
	};
	validateSeccomp(result);
	const here = (entry: DockerSyscall): boolean => counts(entry, bounding, machine);
	return {...result, ...(result.syscalls && {syscalls: result.syscalls.filter(here).map(plain)})};
}

function parseJson(text: string): unknown {
	try {
		return parseExactJson(text);
	} catch (error) {
		throw new Error(`seccomp profile: ${error instanceof Error ? error.message : String(error)}`, {cause: error});
	}
}

function architecturesOf(map: NonNullable<DockerProfile['archMap']>, machine: Architecture): readonly string[] {
	const found = map.find(({architecture}) => architecture === machine);
	return found === undefined ? [] : [found.architecture, ...(found.subArchitectures ?? [])];
}

function counts({includes, excludes}: DockerSyscall, bounding: readonly string[], machine: Architecture): boolean {
	const arch = dockerArch[machine] ?? '';
	if (excludes?.arches?.includes(arch) || excludes?.caps?.some(name => bounding.includes(name))) return false;
	if (excludes?.minKernel !== undefined && kernelIsAtLeast(excludes.minKernel)) return false;
	if (includes?.arches !== undefined && includes.arches.length > 0 && !includes.arches.includes(arch)) return false;
	if (includes?.caps?.some(name => !bounding.includes(name))) return false;
	return includes?.minKernel === undefined || kernelIsAtLeast(includes.minKernel);
}

/** An entry as the OCI spec has it. */
function plain({names, action, errnoRet, args}: SeccompSyscall): SeccompSyscall {
	return {names, action, ...(errnoRet != null && {errnoRet}), ...(args != null && {args})};
}

/** Whether the kernel is at least of a version such as "4.8"; `kernelRelease` as `uname -r` says it. */
export function kernelIsAtLeast(version: string, kernelRelease: string = release()): boolean {
	const [wantedMajor = 0, wantedMinor = 0] = numbers(version);
	const [major = 0, minor = 0] = numbers(kernelRelease);
	return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function numbers(version: string): readonly number[] {
	return version.split('.').map(part => Number.parseInt(part, 10) || 0);
}
