/**
 * All causes, in the order in which they are looked for.
 *
 *     of the call itself, in the kernel's order of asking
 *     of its paths: before the call does anything the kernel walks them
 *     of the files they lead to
 *     from behind: seccomp, the kernel's log
 *
 * @module
 */
import type {Cause} from '../cause.ts';
import {cgroupCauses} from './cgroup.ts';
import {cgroupControllerCauses} from './cgroup-controllers.ts';
import {cgroupDirectoryCauses} from './cgroup-directories.ts';
import {deviceCauses} from './devices.ts';
import {execCauses} from './exec.ts';
import {execArgumentCauses} from './exec-arguments.ts';
import {fileRightsCauses} from './file-rights.ts';
import {fileRoomCauses} from './file-room.ts';
import {fileCauses} from './files.ts';
import {idMapCauses} from './id-maps.ts';
import {idCauses} from './ids.ts';
import {invisibleCauses, lostPrivilegeCauses} from './invisible.ts';
import {kernelFileCauses} from './kernel-files.ts';
import {linkCauses} from './links.ts';
import {memoryCauses} from './memory.ts';
import {mountCauses} from './mount.ts';
import {mountChangeCauses} from './mount-changes.ts';
import {mountRightsCauses} from './mount-rights.ts';
import {unshareCauses} from './namespaces.ts';
import {otherProcessCauses} from './other-processes.ts';
import {overlayCauses} from './overlay.ts';
import {pathCauses} from './path.ts';
import {pivotRootCauses} from './pivot-root.ts';
import {forkCauses} from './processes.ts';
import {rightsCauses} from './rights.ts';
import {routeCauses} from './routes.ts';
import {setnsCauses} from './setns.ts';
import {socketCauses} from './sockets.ts';
import {umountCauses} from './umount.ts';
import {unixSocketCauses} from './unix-sockets.ts';

/** Every cause that is known here. */
export const allCauses: readonly Cause[] = [
	...lostPrivilegeCauses,
	...unshareCauses,
	...setnsCauses,
	...forkCauses,
	...memoryCauses,
	...pivotRootCauses,
	...mountRightsCauses,
	...overlayCauses,
	...mountCauses,
	...mountChangeCauses,
	...umountCauses,
	...idMapCauses,
	...idCauses,
	...cgroupCauses,
	...cgroupControllerCauses,
	...cgroupDirectoryCauses,
	...rightsCauses,
	...deviceCauses,
	...execCauses,
	...execArgumentCauses,
	...socketCauses,
	...unixSocketCauses,
	...linkCauses,
	...routeCauses,
	...otherProcessCauses,
	...pathCauses,
	...kernelFileCauses,
	...fileRightsCauses,
	...fileCauses,
	...fileRoomCauses,
	...invisibleCauses,
];
