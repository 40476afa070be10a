/**
 * The three descriptors that a program expects to find: open, and waiting until there is something to read or room to write.
 *
 * The surprise: whether to wait is a flag of the open file, not of the descriptor. All who share a pipe or a terminal share
 * it, so a program that is handed one of ours takes over what Node has set, and loses what doesn't fit into the pipe.
 *
 * Source: fcntl(2), F_SETFD and F_SETFL.
 * @module
 */
import {constants} from 'node:fs';
import {flagNames, KernelName} from '#kernel/error';
import {call} from '#kernel/libc';

const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const statusFlags = {O_WRONLY: 1, O_RDWR: 2, O_APPEND: constants.O_APPEND, O_NONBLOCK: constants.O_NONBLOCK};

/**
 * Makes descriptors 0, 1 and 2 fit for another program: Node has them close on exec, and not wait.
 *
 * @throws {KernelError} `EBADF` if one is closed.
 */
export function prepareStandardDescriptors(): void {
	for (const fd of [0, 1, 2]) {
		call('fcntl', [fd, F_SETFD, 0], {show: () => [fd, new KernelName('F_SETFD'), 0]});
		const flags = call('fcntl', [fd, F_GETFL, 0], {show: () => [fd, new KernelName('F_GETFL')]});
		if ((flags & constants.O_NONBLOCK) === 0) continue;
		const waiting = flags & ~constants.O_NONBLOCK;
		call('fcntl', [fd, F_SETFL, waiting], {
			show: () => [fd, new KernelName('F_SETFL'), flagNames(waiting, statusFlags)],
		});
	}
}
