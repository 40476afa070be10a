/**
 * Labels of the machine's own policy: AppArmor's profile, SELinux's context. They take effect at the next execve(2).
 *
 * Sources: Documentation/admin-guide/LSM/apparmor.rst, proc_pid_attr(5), setexeccon(3).
 * @module
 */
import {statfsSync} from 'node:fs';
import {isErrno, tolerate} from '#kernel/error';
import {writeKernelFile} from '#kernel/file';

const PROC_SUPER_MAGIC = 0x9fa0;
/** Where AppArmor listens: a directory of its own since Linux 5.8, the common file before. */
const appArmorFiles = ['/proc/thread-self/attr/apparmor/exec', '/proc/thread-self/attr/exec'];

/**
 * Asks AppArmor to confine the next program by a profile that is loaded.
 *
 * @throws {Error} in one line if this kernel has no AppArmor, or not this profile.
 */
export function confineByAppArmor(profile: string): void {
	const file = appArmorFiles.find(isProc);
	writeLabel(file, `exec ${profile}`, `AppArmor's profile ${profile}`, '--security-opt apparmor=unconfined');
}

/**
 * Asks SELinux to give the next program a context.
 *
 * @throws {Error} in one line if this kernel has no SELinux, or its policy not this context.
 */
export function confineBySelinux(label: string): void {
	const file = ['/proc/thread-self/attr/exec'].find(isProc);
	writeLabel(file, label, `SELinux's label ${label}`, '--security-opt label=disable');
}

/** Whether a path is really one of the kernel's: a container could have mounted a plain file there, and stay unconfined. */
function isProc(path: string): boolean {
	return tolerate(['ENOENT'], () => statfsSync(path).type) === PROC_SUPER_MAGIC;
}

function writeLabel(file: string | undefined, text: string, what: string, without: string): void {
	if (file === undefined) throw new Error(`${what} was asked for, and this kernel has no such thing: say ${without}`);
	try {
		writeKernelFile(file, text);
	} catch (error) {
		if (!isErrno(error, 'EINVAL', 'ENOENT', 'EACCES', 'EPERM')) throw error;
		throw new Error(`${what} was refused: is it loaded on this machine? To go without, say ${without}`, {cause: error});
	}
}
