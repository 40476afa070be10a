import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {command, type Runner, race} from './measure.ts';

/** What may be watched: short commands, long ones, and one that only makes calls. */
const commands: readonly (readonly [name: string, ...argv: string[]])[] = [
	['find', 'find', '/usr/share', '-name', 'x*'],
	['grep', 'grep', '--recursive', '--count', 'include', '/usr/include'],
	['tar', 'sh', '-c', 'tar --create /usr/include 2>/dev/null | cat >/dev/null'],
	['100 programs', 'sh', '-c', 'for number in $(seq 100); do ls / >/dev/null; done'],
	['dd, 300 000 calls', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=512', 'count=150000', 'status=none'],
];

/**
 * What narration costs a command: the command alone, watched by drydock, and under strace with and without its own filter.
 * drydock's start is not the command's affair, so it is measured apart: `watch -- true` stands beside each.
 */
export async function measureNarration(drydock: string, folder: string, rounds: number): Promise<void> {
	mkdirSync(join(folder, 'narration'));
	const into = join(folder, 'narration/told');
	const watched = (argv: readonly string[]): readonly string[] => [drydock, 'watch', '-o', into, '--', ...argv];
	const strace = (name: string, options: readonly string[], argv: readonly string[]): Runner =>
		command(name, ['strace', '-f', '-o', into, '-e', 'trace=mount,unshare,setns,execve', ...options, ...argv]);
	for (const [name, ...argv] of commands) {
		await race(`narration of ${name}`, rounds, [
			command('alone', argv),
			command('drydock watch', watched(argv)),
			command('drydock watch -- true', watched(['true'])),
			strace('strace --seccomp-bpf', ['--seccomp-bpf'], argv),
			strace('strace', [], argv),
		]);
	}
}
