/**
 * Why a Unix socket gets no file, or finds no server behind it.
 *
 * The surprise: the file outlives its server. It is a name and no more: who listens, only the kernel's table tells.
 *
 * Sources: unix(7), bind(2), connect(2).
 * @module
 */
import type {Cause, Failure} from '../cause.ts';
import {linesOf} from '../look.ts';
import {find, walk} from '../paths.ts';
import {modeEvidence} from '../permissions.ts';

/** The causes of bind's and connect's refusals that lie in a socket's file. */
export const unixSocketCauses: readonly Cause[] = [
	{
		id: 'unix-socket-taken',
		calls: ['bind'],
		errnos: ['EADDRINUSE'],
		test: failure => {
			const path = unixPath(failure);
			const there = path === undefined ? undefined : find(failure.pid, path, {keepLastLink: true});
			return there && {evidence: [modeEvidence(there.path, there.stats)], facts: {path: there.path}};
		},
		sentence: {
			en: 'There is a file {path} already: bind makes a socket’s file, and takes the place of none.',
			zh: '{path} 已经存在：bind 会为套接字创建文件，而不会取代已有的文件。',
		},
		remedy: {
			en: 'See whether a server listens there (ss -xl); if none does, the file is left over: remove it first.',
			zh: '看看是否有服务端在那里监听（ss -xl）；若没有，它就是遗留的文件：请先删除它。',
		},
		source: 'unix(7) ERRORS',
	},
	{
		id: 'unix-socket-missing',
		calls: ['connect'],
		errnos: ['ENOENT'],
		test: failure => {
			const path = unixPath(failure);
			const end = path === undefined ? undefined : walk(failure.pid, path);
			return end?.outcome === 'missing'
				? {evidence: [`lstat ${end.path}: ENOENT`], facts: {path: end.path}}
				: undefined;
		},
		sentence: {
			en: 'The socket’s file {path} isn’t there: its server doesn’t run, or has it elsewhere.',
			zh: '套接字文件 {path} 不存在：服务端没有运行，或把它放在别处。',
		},
		remedy: {en: 'Start the server; in a container mount its socket.', zh: '启动服务端；在容器里请挂载它的套接字。'},
		source: 'unix(7) ERRORS',
	},
	{
		id: 'unix-socket-deserted',
		calls: ['connect'],
		errnos: ['ECONNREFUSED'],
		test: failure => {
			const path = unixPath(failure);
			if (path === undefined) return undefined;
			const line = linesOf(`/proc/${failure.pid}/net/unix`).find(({text}) => text.endsWith(` ${path}`));
			const there = find(failure.pid, path);
			return line === undefined
				? {
						evidence: [
							`/proc/${failure.pid}/net/unix: no line ends in ${path}`,
							...(there === undefined ? [] : [modeEvidence(there.path, there.stats)]),
						],
						facts: {path},
					}
				: undefined;
		},
		sentence: {
			en: 'The file {path} is left over: the server that made it has gone.',
			zh: '{path} 是遗留的文件：创建它的服务端已经不在了。',
		},
		remedy: {en: 'Start the server again.', zh: '请重新启动服务端。'},
		source: 'unix(7) ERRORS',
	},
];

function unixPath(failure: Failure): string | undefined {
	return /^unix:(\/\S*)/.exec(failure.args.slice(1).map(String).join(' '))?.[1];
}
