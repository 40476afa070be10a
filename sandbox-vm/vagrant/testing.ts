/**
 * What tests of the vagrant sandbox share: a `vagrant` that answers from a recording, and a real sshd to log in to.
 *
 *     recordings/life.txt ──▶ a program called vagrant, first in PATH: it demands the recorded commands in the recorded
 *                             order, and prints what was printed
 *     sshd -i             ──▶ what it says of ssh leads here: a server without a port, in a mount namespace of its own
 *
 * @module
 */
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import type {TestContext} from 'node:test';
import {needsRoot} from '#kernel/testing';
import type {Access} from './ssh.ts';

const sshd = '/usr/sbin/sshd';

/** For tests that log in. */
export const needsSshd = {skip: whyNoSshd() ?? needsRoot.skip};

/** What starts the agent from its source. */
export const agentFromSource = [
	...['sudo', '-n', process.execPath, '--import', import.meta.resolve('tsx')],
	...[join(import.meta.dirname, '../agent/guest.ts'), '-'],
] as const;

/** One command of a recording, and the answer. */
interface Exchange {
	readonly command: string;
	readonly output: string;
	readonly complaints: string;
	readonly exitCode: number;
}

/** A recorded Vagrant in the place of the real one, until the test is over. */
export interface RecordedVagrant {
	/** The commands that nobody has asked for yet. */
	left(): readonly string[];
}

/** Puts a `vagrant` into PATH that answers from a recording. Its `ssh-config` is `sshConfig`'s. */
export function playRecording(t: TestContext, name: string, access?: Access): RecordedVagrant {
	const directory = temporaryDirectory(t);
	const program = join(directory, 'vagrant');
	const call = `import(${JSON.stringify(import.meta.url)}).then(({answer}) => answer(process.argv.slice(1)))`;
	const command = [process.execPath, '--import', import.meta.resolve('tsx'), '-e', call];
	writeFileSync(program, `#!/bin/sh\nexec ${command.map(word => `'${word}'`).join(' ')} -- "$@"\n`);
	chmodSync(program, 0o755);
	const before = {...process.env};
	Object.assign(process.env, {
		PATH: `${directory}${delimiter}${process.env.PATH}`,
		RECORDING: join(import.meta.dirname, 'recordings', name),
		RECORDING_POSITION: join(directory, 'position'),
		RECORDING_SSH_CONFIG: access?.configFile ?? '',
	});
	t.after(() => {
		process.env = before;
	});
	return {
		left: () =>
			exchanges()
				.slice(position())
				.map(({command}) => command),
	};
}

/** Runs in the program called `vagrant`: the recording's next answer, if this is its next question. */
export function answer(words: readonly string[]): void {
	const command = ['vagrant', ...words].join(' ');
	const next = exchanges()[position()];
	if (next?.command !== command) {
		process.stderr.write(`the recording goes on with ${next?.command ?? 'nothing'}, and not with ${command}\n`);
		process.exit(99);
	}
	writeFileSync(process.env.RECORDING_POSITION!, String(position() + 1));
	const directory = process.env.VAGRANT_CWD ?? '';
	rememberMachine(join(directory, '.vagrant/machines/drydock/libvirt'), words[0] ?? '', next.exitCode);
	process.stderr.write(next.complaints);
	process.stdout.write(withOwnSsh(next.output.replaceAll('{directory}', directory)));
	process.exitCode = next.exitCode;
}

/** Starts a server, and tells how to log in to it: as a root whose /run, /srv and /var/lib are nobody else's. */
export async function startSshd(t: TestContext): Promise<Access> {
	const directory = temporaryDirectory(t);
	const path = (name: string): string => join(directory, name);
	for (const key of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(key)]);
	mkdirSync(path('bin'));
	writeFileSync(path('bin/sudo'), '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n', {mode: 0o755});
	const server = {
		HostKey: path('host'),
		AuthorizedKeysFile: path('user.pub'),
		StrictModes: 'no',
		UsePAM: 'no',
		PasswordAuthentication: 'no',
		PermitRootLogin: 'prohibit-password',
		LogLevel: 'ERROR',
		SetEnv: `PATH=${path('bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
	};
	writeFileSync(path('sshd_config'), asConfig(server));
	const namespace = await startNamespace(t);
	const client = {
		User: 'root',
		ProxyCommand: `nsenter --mount --target ${namespace} ${sshd} -i -f ${path('sshd_config')}`,
		IdentityFile: path('user'),
		IdentitiesOnly: 'yes',
		UserKnownHostsFile: '/dev/null',
		StrictHostKeyChecking: 'no',
	};
	writeFileSync(path('ssh-config'), `Host drydock\n${asConfig(client)}`);
	return {configFile: path('ssh-config'), host: 'drydock'};
}

function whyNoSshd(): string | undefined {
	const missing = ['ssh', 'ssh-keygen'].find(name => spawnSync(name, ['-?'], {stdio: 'ignore'}).error !== undefined);
	if (missing !== undefined) return `there is no ${missing}: apt-get install openssh-client`;
	return existsSync(sshd) ? undefined : `there is no ${sshd}: apt-get install openssh-server`;
}

/** A process whose mount namespace is to be entered. */
async function startNamespace(t: TestContext): Promise<number> {
	const script = `set -e
		for place in /run /srv /var/lib; do mount -t tmpfs tmpfs $place; done
		mkdir -m 755 /run/sshd
		echo ready
		exec sleep infinity`;
	const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.after(async () => {
		if (holder.exitCode !== null) return;
		holder.kill('SIGKILL');
		await once(holder, 'exit');
	});
	await once(holder.stdout, 'data');
	return holder.pid!;
}

function asConfig(settings: Readonly<Record<string, string>>): string {
	return Object.entries(settings)
		.map(([name, value]) => `${name} ${value}\n`)
		.join('');
}

/** The file that tells the provider whether Vagrant has made a machine. */
function rememberMachine(directory: string, command: string, exitCode: number): void {
	if (exitCode !== 0) return;
	if (command === 'destroy') rmSync(directory, {recursive: true, force: true});
	if (command !== 'up') return;
	mkdirSync(directory, {recursive: true});
	writeFileSync(join(directory, 'id'), 'recorded');
}

/** The recorded machine is gone; the way into another one is put in its place. */
function withOwnSsh(output: string): string {
	const file = process.env.RECORDING_SSH_CONFIG ?? '';
	if (file === '') return output;
	const config = readFileSync(file, 'utf8').replaceAll(',', '%!(VAGRANT_COMMA)').replaceAll('\n', '\\n');
	return output.replace(/^(\d+,drydock,ssh-config,).*/m, (_line, head: string) => `${head}${config}`);
}

/** `$ command`, its output, `→ exit code`; what stands before the first command is for people. */
function exchanges(): readonly Exchange[] {
	const text = readFileSync(process.env.RECORDING!, 'utf8');
	return [...text.matchAll(/^\$ (.*)\n((?:(?!→ ).*\n)*)→ (\d+)$/gm)].map(
		([, command = '', printed = '', exitCode]) => ({
			command,
			output: printed.replaceAll(/^! .*\n/gm, ''),
			complaints: [...printed.matchAll(/^! (.*\n)/gm)].map(([, line]) => line).join(''),
			exitCode: Number(exitCode),
		}),
	);
}

function position(): number {
	const file = process.env.RECORDING_POSITION!;
	return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function temporaryDirectory(t: TestContext): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-vagrant-'));
	t.after(() => rmSync(directory, {recursive: true, force: true}));
	return directory;
}
