/**
 * Node's own complaint of a file, as people know it from other programs.
 *
 *     ENOENT: no such file or directory, open '/nope/x'   ▶   can't open /nope/x: no such file or directory
 *
 * @module
 */
import {visible} from '#words/visible';

/** The message in one line; that of another error as it is. */
export function plainMessage(error: unknown): string {
	const {message, code, syscall, path} = error as NodeJS.ErrnoException;
	if (!(error instanceof Error)) return String(error);
	const [, words] = /^E[A-Z0-9]+: (.*?), /.exec(message) ?? [];
	if (code === undefined || syscall === undefined || path === undefined || words === undefined) return message;
	return `can't ${verbs[syscall] ?? syscall} ${visible(path)}: ${words}`;
}

const verbs: Readonly<Record<string, string>> = {
	mkdir: 'make',
	rmdir: 'remove',
	unlink: 'remove',
	scandir: 'list',
	stat: 'find',
	lstat: 'find',
};
