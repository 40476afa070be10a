/**
 * The way into a machine: Vagrant says how to log in, and then ssh is used without it.
 *
 * `vagrant ssh -c` would start Ruby for each command, half a second, and pass neither exit codes nor bytes on as they are.
 *
 * Sources: ssh(1), ssh_config(5).
 * @module
 */
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';

/** How to log in. */
export interface Access {
	/** A file as `vagrant ssh-config` writes it. */
	readonly configFile: string;
	/** What the machine is called in it. */
	readonly host: string;
}

/** A program in the machine: its input, its output, and the complaints, ssh's own among them. */
export type RemoteProgram = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a program in the machine, as Vagrant's user. It gets these words, whatever is in them. */
export function startThere({configFile, host}: Access, command: readonly string[]): RemoteProgram {
	const args = [...options.flatMap(option => ['-o', option]), '-F', configFile, '--', host, shellLine(command)];
	return spawn('ssh', args, {stdio: ['pipe', 'pipe', 'pipe']});
}

/** A line that a POSIX shell splits into these very words: ssh hands one line to the login shell of the other side. */
export function shellLine(words: readonly string[]): string {
	return words.map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** Before those of the file: the first word counts. */
const options: readonly string[] = [
	'BatchMode=yes',
	'ClearAllForwardings=yes',
	'ConnectTimeout=10',
	'ControlMaster=no',
	'ControlPath=none',
	'EscapeChar=none',
	'ForwardAgent=no',
	'ForwardX11=no',
	'LogLevel=ERROR',
	'PermitLocalCommand=no',
	'RequestTTY=no',
	// A machine that is gone sends no farewell: after two minutes without an answer it is given up.
	'ServerAliveCountMax=8',
	'ServerAliveInterval=15',
];
