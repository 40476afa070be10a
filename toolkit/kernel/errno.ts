/**
 * Error numbers by name, and what each means to somebody who meets it.
 *
 * The numbers are Linux's generic ones, the same on x86-64 and arm64.
 *
 * Source: errno(3), include/uapi/asm-generic/errno.h.
 * @module
 */
import {constants} from 'node:os';

/** A name such as `EPERM`. */
export type ErrnoName = string;

const nameByNumber = new Map<number, ErrnoName>(
	Object.entries(constants.errno)
		// EWOULDBLOCK and EOPNOTSUPP are second names of EAGAIN and ENOTSUP: the first name is the one people look up.
		.filter(([name]) => name !== 'EWOULDBLOCK' && name !== 'EOPNOTSUPP')
		.map(([name, number]) => [number, name]),
);

// Node lists what libuv needs; these are the others that this engine has met.
const otherNumbers: Readonly<Record<number, ErrnoName>> = {
	15: 'ENOTBLK',
	44: 'ECHRNG',
	49: 'EUNATCH',
	87: 'EUSERS',
	116: 'ESTALE',
	117: 'EUCLEAN',
	123: 'ENOMEDIUM',
	126: 'ENOKEY',
	127: 'EKEYEXPIRED',
	128: 'EKEYREVOKED',
	129: 'EKEYREJECTED',
	130: 'EOWNERDEAD',
	131: 'ENOTRECOVERABLE',
};

/** `1` → `EPERM`. A number that has no name here keeps its digits. */
export function errnoName(number: number): ErrnoName {
	return nameByNumber.get(number) ?? otherNumbers[number] ?? `errno ${number}`;
}

/** What an errno means, in a few words. */
export function errnoMeaning(name: ErrnoName): string {
	return meanings[name] ?? 'see errno(3)';
}

const meanings: Readonly<Record<ErrnoName, string>> = {
	EPERM: 'not permitted: a capability is missing, or a rule forbids it',
	ENOENT: 'no such file or directory',
	ESRCH: 'no such process',
	EINTR: 'interrupted by a signal',
	EIO: 'input/output error; for a terminal: the other end is closed',
	ENXIO: 'no such device, or nobody at the other end of a FIFO',
	E2BIG: 'argument list too long',
	ENOEXEC: 'not a program that this kernel can run',
	EBADF: 'not an open file descriptor',
	ECHILD: 'no child to wait for',
	EAGAIN: 'a limit is reached for now (processes, locks), or try again',
	ENOMEM: 'out of memory; for a PID namespace: its PID 1 is gone',
	EACCES: 'permission denied by a mode, a mount option or a policy',
	EFAULT: 'bad address',
	EBUSY: 'in use; for pivot_root: the new root is not a mount point of its own',
	EEXIST: 'exists already',
	EXDEV: 'on another file system or mount',
	ENODEV: 'no such device or file system type',
	ENOTDIR: 'a part of the path is not a directory',
	EISDIR: 'is a directory',
	EINVAL: 'an argument does not fit, or the object is in the wrong state',
	ENFILE: 'the system has too many open files',
	EMFILE: 'the process has too many open files',
	ENOTTY: 'not a terminal',
	ETXTBSY: 'the program is being executed',
	EFBIG: 'file too large',
	ENOSPC: 'no space left, or a limit of the kernel on such objects is reached',
	ESPIPE: 'not seekable',
	EROFS: 'read-only file system',
	EPIPE: 'nobody reads the other end',
	ERANGE: 'out of range',
	EDEADLK: 'would deadlock',
	ENAMETOOLONG: 'name too long',
	ENOSYS: 'this kernel has no such call, or a seccomp filter hides it',
	ENOTEMPTY: 'directory not empty',
	ELOOP: 'too many symbolic links, or one where none is allowed',
	ENODATA: 'no data of that kind',
	EOVERFLOW: 'the value does not fit',
	EUSERS: 'too many user namespaces',
	ENOTSUP: 'not supported here',
	EADDRINUSE: 'address in use',
	EADDRNOTAVAIL: 'no interface has this address',
	ENETDOWN: 'network is down',
	ENETUNREACH: 'no route there',
	ENOBUFS: 'no buffer space',
	ETIMEDOUT: 'timed out',
	ECONNREFUSED: 'nobody listens there',
	EDQUOT: 'disk quota exceeded',
};
