/**
 * What a container's first process is, and what it may do.
 *
 * Sources: proc_pid_status(5), proc_pid_limits(5), proc_pid_environ(5), proc_pid_fd(5), proc_pid_attr(5).
 * @module
 */
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {type Fact, facts, withoutIds} from '#compare/fact';
import {capabilityNames} from '#kernel/capability';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import type {ObservedProcess} from '#observe';

/** Everything that belongs to the process alone. */
export function processFacts(process: ObservedProcess): readonly Fact[] {
	const directory = `/proc/${process.pid}`;
	const status = readKernelFile(`${directory}/status`);
	const line = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
	return [
		...facts(
			'capability',
			Object.fromEntries(Object.entries(process.capabilities).map(([set, mask]) => [set, namesOf(mask)])),
		),
		...facts('protection', {
			noNewPrivileges: process.noNewPrivs ? 'yes' : 'no',
			seccomp: process.seccomp,
			seccompFilters: line('Seccomp_filters'),
			label: tolerate(['ENOENT', 'EINVAL', 'EACCES'], () => readKernelFile(`${directory}/attr/current`))
				?.replaceAll('\0', '')
				.trim(),
		}),
		...facts('user', {
			uid: String(process.uids[1]),
			gid: String(process.gids[1]),
			groups: line('Groups').split(/\s+/).filter(Boolean).join(' '),
		}),
		...facts('rlimit', limitsOf(readKernelFile(`${directory}/limits`))),
		...facts('process', {
			arguments: process.argv.join(' '),
			directory: process.cwd,
			umask: line('Umask'),
			oomScoreAdjust: readKernelFile(`${directory}/oom_score_adj`).trim(),
			isSessionLeader: process.sid === process.pid ? 'yes' : 'no',
			terminal: process.tty === 0 ? 'none' : 'one',
			ignoredSignals: process.ignoredSignals.join(' ') || 'none',
		}),
		...facts('environment', environmentOf(readFileSync(`${directory}/environ`, 'utf8'))),
		...facts('descriptor', descriptorsOf(`${directory}/fd`)),
	];
}

function namesOf(mask: string): string {
	const bits = BigInt(`0x${mask}`);
	const names = capabilityNames.filter((_, number) => (bits >> BigInt(number)) & 1n);
	return names.length === 0 ? 'none' : names.toSorted().join(' ');
}

/** `Max open files   1024   4096   files`: columns of a fixed width. */
function limitsOf(text: string): Readonly<Record<string, string>> {
	const lines = text.split('\n').slice(1).filter(Boolean);
	return Object.fromEntries(
		lines.map(line => {
			const [soft, hard] = [line.slice(26, 47).trim(), line.slice(47, 68).trim()];
			return [line.slice(0, 26).trim().replace(/^Max /, ''), soft === hard ? soft : `${soft} (hard ${hard})`];
		}),
	);
}

function environmentOf(text: string): Readonly<Record<string, string>> {
	const entries = text.split('\0').filter(entry => entry.includes('='));
	return Object.fromEntries(
		entries.map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
	);
}

/** A pipe has a number of its own, and a terminal too: what counts is that it is one. */
function descriptorsOf(directory: string): Readonly<Record<string, string | undefined>> {
	return Object.fromEntries(
		readdirSync(directory).map(name => [
			name,
			tolerate(['ENOENT'], () => readlinkSync(`${directory}/${name}`))
				?.replace(/^(\w+):\[\d+\]$/, 'a $1')
				.replace(/^\/dev\/pts\/\d+$/, 'a terminal')
				.replace(/^.*$/, withoutIds),
		]),
	);
}
