/**
 * A second name for an open file.
 *
 * Source: linkat(2), open(2) on O_PATH.
 * @module
 */
import {KernelName} from '#kernel/error';
import {call} from '#kernel/libc';
import {fdPath} from '#kernel/path';
import {AT_FDCWD} from '#kernel/walk';

const AT_SYMLINK_FOLLOW = 0x400;

/**
 * Gives the open file `fd` another name, below a directory's descriptor. What is linked is the file that was opened,
 * whatever has become of its path since; if it is a symbolic link, the link itself.
 *
 * @throws {KernelError} `EPERM` for a directory; `EXDEV`; `EEXIST`; `EMLINK`.
 */
export function linkFd(fd: number, directory: number, name: string): void {
	call('linkat', [AT_FDCWD, fdPath(fd), directory, name, AT_SYMLINK_FOLLOW], {
		show: () => [new KernelName('AT_FDCWD'), fdPath(fd), directory, name, new KernelName('AT_SYMLINK_FOLLOW')],
	});
}
