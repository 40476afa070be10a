/**
 * What a call means: one of some hundred facts, and the words that it is about. Languages say it; places are found by it.
 *
 *     mount("none", "/", NULL, MS_PRIVATE|MS_REC, NULL)  ─▶  propagationTree: private, /
 *
 * @module
 */

import type {Fact} from './facts/fact.ts';
import {cgroupFact, fileFact} from './facts/files.ts';
import {mountFact} from './facts/mounts.ts';
import {networkFact} from './facts/network.ts';
import {rightsFact} from './facts/rights.ts';
import type {FactName} from './sentences/english.ts';
import {type SpokenCall, word} from './spoken.ts';

/** Calls that are told by one fact each, whatever their arguments. */
const plain: Readonly<Record<string, FactName>> = {
	...{fstatfs: 'asked', statfs: 'asked', capget: 'asked', poll: 'asked'},
	...{lgetxattr: 'asked', llistxattr: 'asked', readlinkat: 'asked', socket: 'socket', setsockopt: 'socket'},
	...{bind: 'socket', send: 'sent', sendto: 'sent', recv: 'received', lsetxattr: 'attribute', ioctl: 'device'},
	...{fcntl: 'descriptor', dup2: 'descriptor', close_range: 'closeRange', signal: 'signalUsual'},
	...{pidfd_open: 'pidfd', pidfd_getfd: 'descriptorFetched', flock: 'lock', waitid: 'wait', waitpid: 'wait'},
	...{umask: 'umask', setsid: 'setsid', capset: 'capset'},
};

/** What a call means. */
export function factOf(call: SpokenCall): Fact {
	const name = plain[call.call];
	if (name !== undefined) return [name];
	if (call.isRaw === true) return ['other', word(call.call)];
	return (
		processFact(call) ??
		mountFact(call) ??
		rightsFact(call) ??
		networkFact(call) ??
		cgroupFact(call) ??
		fileFact(call) ?? ['other', word(call.call)]
	);
}

function processFact({call, args, errno, parent, files, interpreter}: SpokenCall): Fact | undefined {
	switch (call) {
		case 'execve':
		case 'execveat': {
			const [path, argv] = call === 'execve' ? args : args.slice(1);
			if (errno === 'ENOENT')
				return interpreter === undefined ? ['noProgram', word(path)] : ['noInterpreter', word(path), interpreter];
			const command = Array.isArray(argv) ? argv.map(quoted).join(' ') : word(argv);
			return parent === undefined ? ['program', command] : ['childProgram', command, String(parent)];
		}
		case 'exit_group':
			return ['exit', word(args[0])];
		case 'killed':
			return ['killed', word(args[0])];
		case 'fork':
		case 'vfork':
			return ['clone'];
		case 'clone': {
			const flags = namespacesIn(word(args[0]));
			return flags === '' ? ['clone'] : ['cloneNamespaces', flags];
		}
		case 'unshare': {
			const flags = word(args[0]);
			return [flags.includes('CLONE_NEWPID') ? 'unsharePid' : 'unshare', flags];
		}
		case 'setns':
			return ['setns', namespacesIn(word(args[1])), word(files?.[Number(args[0])])];
		default:
			return undefined;
	}
}

/** An argument as one would type it. */
function quoted(value: unknown): string {
	const text = word(value);
	if (/^[\w@%+=:,./-]+$/.test(text)) return text;
	if (!text.includes("'")) return `'${text}'`;
	return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}

function namespacesIn(flags: string): string {
	return flags
		.split('|')
		.filter(flag => flag.startsWith('CLONE_NEW'))
		.join('|');
}
