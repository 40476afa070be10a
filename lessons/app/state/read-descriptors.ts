/**
 * The open files of processes in the sandbox, which no snapshot holds: read by a command inside.
 * @module
 */
import type {ObservedProcess} from '#observe/types';
import type {Sandbox} from '#sandbox';
import type {Descriptor} from '../panels/panel.ts';

/**
 * What these processes have open. `shell` tells how deep the sandbox's own numbers are among a process's many: inside,
 * /proc knows it by that one.
 */
export async function readDescriptors(
	sandbox: Sandbox,
	shell: ObservedProcess,
	family: readonly ObservedProcess[],
): Promise<readonly Descriptor[]> {
	const level = shell.pids.length - 1;
	const outside = new Map(
		family.flatMap(({pid, pids}) => (pids[level] === undefined ? [] : [[pids[level], pid] as const])),
	);
	const directories = [...outside.keys()].map(pid => `/proc/${pid}/fd`);
	const {stdout} = await sandbox.exec([
		'find',
		...directories,
		'-maxdepth',
		'1',
		'-type',
		'l',
		'-printf',
		String.raw`%p %l\0`,
	]);
	return parseDescriptors(stdout).flatMap(({pid, ...rest}) => {
		const number = outside.get(pid);
		return number === undefined ? [] : [{pid: number, ...rest}];
	});
}

/** Reads `/proc/PID/fd/N TARGET`, each ended by a NUL: a file's name may hold any other character. */
export function parseDescriptors(text: string): readonly Descriptor[] {
	return text.split('\0').flatMap(record => {
		const match = /^\/proc\/(\d+)\/fd\/(\d+) (.*)$/s.exec(record);
		return match === null ? [] : [{pid: Number(match[1]), descriptor: Number(match[2]), target: shown(match[3]!)}];
	});
}

function shown(target: string): string {
	return target.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '?');
}
