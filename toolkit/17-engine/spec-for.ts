/**
 * From what was asked for to the OCI specification: docker's defaults, made explicit.
 * @module
 */
import {isAbsolute, join} from 'node:path';
import {canConfineDevices, resolvePath} from '#cgroup';
import {containerData} from '#engine/directories';
import type {CreateOptions} from '#engine/options';
import {parseBytes, parseInteger} from '#engine/quantities';
import {resourcesFor} from '#engine/resources';
import {tmpfsMount, volumeMount} from '#engine/volumes';
import {defaultMounts, type Mount} from '#mnt';
import {defaultPath} from '#process/program';
import {defaultMaskedPaths, defaultReadonlyPaths} from '#rootfs';
import {type NamespaceSpec, ociVersion, type Spec} from '#runtime';
import {capabilitySets, parseSecurityOpts, parseUlimit, seccompFor} from '#security';
import type {IdMaps, ResolvedUser} from '#user';

/** What the options alone don't tell. */
export interface SpecContext {
	readonly id: string;
	readonly hostname: string;
	/** The root's directory, where the union will appear. */
	readonly rootfs: string;
	readonly user: ResolvedUser;
	readonly idMaps: IdMaps | undefined;
	/** Namespaces that are shared with another container: their paths by type. */
	readonly shared: Readonly<Partial<Record<NamespaceSpec['type'], string>>>;
}

/** Docker's way to say "the image's own": there is no image yet that says one. */
const defaultCommand = ['/bin/sh'];

/** @throws one line for an option that can't be meant. */
export function specFor(options: CreateOptions, context: SpecContext): Spec {
	const privileged = options.privileged === true;
	const security = parseSecurityOpts(options.securityOpt ?? []);
	const capabilities = capabilitySets({
		add: options.capAdd ?? [],
		drop: [...(options.capDrop ?? []), ...withheld(options)],
		privileged,
		user: context.user,
	});
	const seccomp = seccompFor(security.seccomp, capabilities.bounding ?? [], {privileged});
	const openPaths = privileged || security.systemPathsUnconfined;
	return {
		ociVersion,
		process: {
			terminal: options.tty === true,
			...(options.consoleSize === undefined
				? {}
				: {consoleSize: {width: options.consoleSize.columns, height: options.consoleSize.rows}}),
			user: {uid: context.user.uid, gid: context.user.gid, additionalGids: context.user.additionalGids},
			args: argsFor(options),
			env: environmentFor(options, context),
			cwd: workdirOf(options.workdir),
			capabilities,
			rlimits: (options.ulimit ?? []).map(parseUlimit),
			noNewPrivileges: security.noNewPrivileges,
			...(security.apparmorProfile === undefined ? {} : {apparmorProfile: security.apparmorProfile}),
			...(options.oomScoreAdj === undefined
				? {}
				: {oomScoreAdj: parseInteger(options.oomScoreAdj, '--oom-score-adj', -1000, 1000)}),
		},
		root: {path: context.rootfs, readonly: options.readOnly === true},
		hostname: context.hostname,
		...(options.domainname === undefined ? {} : {domainname: options.domainname}),
		mounts: mountsFor(options, context),
		linux: {
			namespaces: namespacesFor(options, context),
			...(context.idMaps ?? {}),
			cgroupsPath: resolvePath(`drydock/${context.id}`),
			resources: resourcesFor(options),
			sysctl: pairs(options.sysctl ?? [], '--sysctl'),
			...(seccomp === undefined ? {} : {seccomp}),
			maskedPaths: openPaths ? [] : defaultMaskedPaths,
			readonlyPaths: openPaths ? [] : defaultReadonlyPaths,
		},
	};
}

/** Reads `NAME=value` texts. @throws one line for one without a name. */
export function pairs(texts: readonly string[], option: string): Readonly<Record<string, string>> {
	return Object.fromEntries(
		texts.map(text => {
			const equals = text.indexOf('=');
			if (equals === 0 || (equals < 0 && option !== '--label'))
				throw new Error(`invalid argument "${text}" for ${option}: write it as name=value`);
			return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
		}),
	);
}

/** The directory that a program shall start in. @throws one line for a relative path, in docker's words. */
export function workdirOf(workdir = '/'): string {
	if (!isAbsolute(workdir))
		throw new Error(`the working directory '${workdir}' is invalid, it needs to be an absolute path`);
	return workdir;
}

/** Where no cgroup confines devices, a container that may make them could make the host's disk: unless it is asked for. */
function withheld({capAdd = []}: CreateOptions): readonly string[] {
	const asked = capAdd.some(name => /^(CAP_)?(MKNOD|ALL)$/i.test(name));
	return asked || canConfineDevices() ? [] : ['MKNOD'];
}

function argsFor({entrypoint, command}: CreateOptions): readonly string[] {
	// An empty entry point only takes the image's away.
	const args = [...(entrypoint === undefined || entrypoint === '' ? [] : [entrypoint]), ...command];
	return args.length === 0 ? defaultCommand : args;
}

function environmentFor(options: CreateOptions, {hostname, user}: SpecContext): readonly string[] {
	const given = (options.env ?? []).flatMap(text => {
		if (text === '' || text.startsWith('=')) throw new Error(`invalid environment variable: ${text}`);
		if (text.includes('=')) return [text];
		const value = process.env[text];
		return value === undefined ? [] : [`${text}=${value}`];
	});
	const names = new Set(given.map(text => text.split('=')[0]));
	const defaults = [
		`PATH=${defaultPath}`,
		`HOSTNAME=${hostname}`,
		...(options.tty === true ? ['TERM=xterm'] : []),
		`HOME=${user.home}`,
	];
	// The last of two equal names counts, as for a shell that exports twice.
	const last = new Map(given.map(text => [text.split('=')[0], text]));
	return [...defaults.filter(text => !names.has(text.split('=')[0]!)), ...last.values()];
}

function mountsFor(options: CreateOptions, context: SpecContext): readonly Mount[] {
	const asked = [...(options.tmpfs ?? []).map(tmpfsMount), ...(options.volume ?? []).map(volumeMount)];
	const targets = asked.map(mount => mount.destination);
	const twice = targets.find((target, index) => targets.indexOf(target) !== index);
	if (twice !== undefined) throw new Error(`duplicate mount point: ${twice}`);
	const standard = [
		...defaultMounts({
			privileged: options.privileged,
			userNamespace: context.idMaps !== undefined,
			ownNetwork: options.network !== 'host',
			hostIpc: options.ipc === 'host',
			...(options.shmSize === undefined ? {} : {shmBytes: parseBytes(options.shmSize, '--shm-size')}),
		}),
		...['hosts', 'hostname', 'resolv.conf'].map(name => ({
			destination: `/etc/${name}`,
			type: 'bind',
			source: join(containerData(context.id), name),
			options: ['rbind', 'rprivate', ...(options.readOnly === true ? ['ro'] : [])],
		})),
	];
	// What is asked for wins over what comes by default, and a mount comes after the one that it stands on.
	return [...standard.filter(mount => !targets.includes(mount.destination)), ...asked].sort(
		(a, b) => depth(a) - depth(b),
	);
}

function depth({destination}: Mount): number {
	return destination.split('/').filter(part => part !== '').length;
}

function namespacesFor(options: CreateOptions, {idMaps, shared}: SpecContext): readonly NamespaceSpec[] {
	const own: Readonly<Record<NamespaceSpec['type'], boolean>> = {
		pid: options.pid !== 'host',
		network: options.network !== 'host',
		mount: true,
		ipc: options.ipc !== 'host',
		uts: options.uts !== 'host',
		user: idMaps !== undefined,
		cgroup: options.cgroupns !== 'host',
	};
	return (Object.keys(own) as NamespaceSpec['type'][]).flatMap(type => {
		const path = shared[type];
		if (path !== undefined) return [{type, path}];
		return own[type] ? [{type}] : [];
	});
}
