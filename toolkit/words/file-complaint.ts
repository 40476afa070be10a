/**
 * Node's own complaint of a file, as people know it from other programs.
 *
 *     ENOENT: no such file or directory, open '/nope/x'   ▶   can't open /nope/x: no such file or directory
 *
 * @module
 */
import {visible} from './visible.ts';

/** The message in one line; that of another error as it is. */
export function plainMessage(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const {message, syscall, path} = error as NodeJS.ErrnoException;
	const reason = reasonIn(message);
	if (syscall === undefined || path === undefined || reason === undefined) return message;
	return `can't ${verbs[syscall] ?? syscall} ${visible(path)}: ${reason}`;
}

/** The reason alone, for who has said already which file it is: `no such file or directory`. */
export function plainReason(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return reasonIn(message) ?? message;
}

function reasonIn(message: string): string | undefined {
	return /^E[A-Z0-9]+: (.*?), \w+/.exec(message)?.[1];
}

const verbs: Readonly<Record<string, string>> = {
	mkdir: 'make',
	rmdir: 'remove',
	unlink: 'remove',
	scandir: 'list',
	stat: 'find',
	lstat: 'find',
};
