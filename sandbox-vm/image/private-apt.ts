/**
 * apt with directories of our own: it needs no root, and nothing of this host's packages is touched.
 *
 *     apt/status     what apt believes to be installed: next to nothing, so it names all that is needed
 *     apt/lists      the lists of packages, whose signatures apt has checked
 *     apt/archives   the packages, whose hashes it has checked; kept for the next time
 *
 * The surprise: this host's hooks must stay out as well. Many run after `update`, as root, and some empty the archives.
 *
 * Sources: apt.conf(5), apt-get(8).
 * @module
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {notNeeded} from './packages.ts';
import {run} from './run.ts';
import {debianSources} from './sources.ts';

/** Runs apt-get with these arguments, and returns what it printed. @throws {Error} with its first error. */
export type Apt = (
	args: readonly string[],
	signal: AbortSignal | undefined,
	onLine?: (line: string) => void,
) => Promise<string>;

/** Writes apt's configuration into `directory`, which is for apt alone. */
export async function privateApt(directory: string, signal: AbortSignal | undefined): Promise<Apt> {
	for (const name of ['lists/partial', 'archives/partial', 'nothing/partial'])
		mkdirSync(join(directory, name), {recursive: true, mode: 0o700});
	const file = (name: string, text: string): string => {
		writeFileSync(join(directory, name), text, {mode: 0o600});
		return join(directory, name);
	};
	const settings = {
		'Dir::Etc::sourcelist': file('debian.sources', debianSources()),
		'Dir::Etc::sourceparts': '/dev/null',
		'Dir::Etc::preferences': '/dev/null',
		'Dir::Etc::preferencesparts': '/dev/null',
		'Dir::State': directory,
		'Dir::State::status': file('status', notNeeded.map(installed).join('\n')),
		'Dir::Cache': directory,
		// apt would keep two more copies of the lists, to start a little faster.
		'Dir::Cache::pkgcache': '',
		'Dir::Cache::srcpkgcache': '',
		'Acquire::GzipIndexes': 'true',
		'APT::Architecture': 'amd64',
		'APT::Install-Recommends': 'false',
		'Acquire::ForceHash': 'SHA256',
		'Acquire::Languages': 'none',
	};
	const options = Object.entries(settings).map(([name, value]) => `-o${name}=${value}`);
	const APT_CONFIG = file('apt.conf', await configuration(signal));
	return (args, signal, onLine) =>
		run(['apt-get', '-qq', '-y', ...options, ...args], {
			signal,
			environment: {APT_CONFIG},
			...(onLine === undefined ? {} : {onLine}),
		});
}

/** Of this host's configuration only how it reaches the network: proxies, certificates, retries. */
async function configuration(signal: AbortSignal | undefined): Promise<string> {
	const dumped = await run(['apt-config', 'dump'], {signal});
	const network = dumped.split('\n').filter(line => /^Acquire::(https?|Check-|Retries|ForceIPv)/.test(line));
	return ['Dir::Etc::main "/dev/null";', 'Dir::Etc::parts "/dev/null";', ...network, ''].join('\n');
}

/** A paragraph of dpkg's status file. */
function installed(name: string): string {
	return `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: foreign\nVersion: 999\nMaintainer: none\nDescription: none\n`;
}
