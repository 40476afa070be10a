/**
 * Failures that belong to a program's day: files looked for in many places, descriptors that are no terminals, nothing to
 * read yet.
 * @module
 */
import type {Failure} from './cause.ts';

/** Whether nobody would ask why. */
export function isExpected({call, args, errno}: Failure): boolean {
	if (notYet.has(errno) && !births.has(call)) return true;
	// To ask where a link leads is how one finds out that a file is none.
	if (/^readlink(at)?$/.test(call) && errno === 'EINVAL') return true;
	if (!['ENOENT', 'ENOTDIR', 'ENODATA', 'ENOTSUP'].includes(errno)) return false;
	return (call === 'connect' || looksOnly(call, args)) && args.some(value => searched.test(String(value)));
}

/** Whether a call would change nothing if it succeeded. */
export function looksOnly(call: string, args: readonly unknown[]): boolean {
	return (
		/^(open|openat|openat2|access|faccessat|stat|newfstatat|statx|readlink|statfs)$/.test(call) &&
		!args.some(value => /\bO_(CREAT|WRONLY|RDWR)\b/.test(String(value)))
	);
}

/** Whether a message has the words that the C library says for an errno. */
export function saysErrno(message: string, errno: string): boolean {
	return words[errno]?.test(message) ?? false;
}

const births: ReadonlySet<string> = new Set(['clone', 'clone3', 'fork', 'vfork', 'mkdir', 'mkdirat']);
const notYet: ReadonlySet<string> = new Set([
	'EAGAIN',
	'EINTR',
	'EINPROGRESS',
	'ECHILD',
	'ENOTTY',
	'ESPIPE',
	'ETIMEDOUT',
	'EALREADY',
]);

/** Places in which the C library, shells and interpreters look, and mostly find nothing. */
const searched =
	/\.so(\.\d+)*$|\/(ld\.so\.|locale|gconv|nscd|terminfo|nsswitch|i18n|\.terminfo|glibc-hwcaps)|\.(mo|pyc|pth|cat)$|\/(selinux|\.git)(\/|$)|\/etc\/(ld-|inputrc|localtime|fstab|default\/)|(^|\/)userdb(\/|$)/;

/** glibc's words, and musl's where they differ. */
const words: Readonly<Record<string, RegExp>> = {
	EPERM: /not permitted|must be (superuser|root)|are you root/i,
	ENOENT: /no such file|not found|does not exist|doesn't exist/i,
	ESRCH: /no such process/i,
	ENXIO: /no such device or address/i,
	E2BIG: /list too long/i,
	ENOEXEC: /exec format error/i,
	EAGAIN: /temporarily unavailable|try again|fork/i,
	ENOMEM: /cannot allocate memory|out of memory|memoryerror/i,
	EACCES: /permission denied/i,
	ENOTBLK: /block device required/i,
	EBUSY: /busy|in use/i,
	EEXIST: /exists/i,
	EXDEV: /cross-device|invalid cross/i,
	ENODEV: /no such device|unknown filesystem|cannot find device/i,
	ENOTDIR: /not a directory/i,
	EISDIR: /is a directory/i,
	EINVAL: /invalid argument|wrong fs type|bad option|not mounted/i,
	EMFILE: /too many open files/i,
	ETXTBSY: /text file busy/i,
	EFBIG: /file too large/i,
	ENOSPC: /no space left/i,
	EROFS: /read-only/i,
	ERANGE: /out of range|result too large/i,
	ENAMETOOLONG: /name too long/i,
	ENOSYS: /not implemented/i,
	ENOTEMPTY: /not empty/i,
	ELOOP: /too many levels|symbolic link/i,
	EUSERS: /too many users/i,
	ENOTSUP: /not supported/i,
	EADDRINUSE: /address (already )?in use/i,
	EADDRNOTAVAIL: /cannot assign|address not available/i,
	ENETDOWN: /network is down/i,
	ENETUNREACH: /unreachable|invalid gateway/i,
	ECONNREFUSED: /refused/i,
	EDQUOT: /quota/i,
};
