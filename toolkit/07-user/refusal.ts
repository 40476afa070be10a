/**
 * Why a system gives no user namespace, in words. The kernel only answers EPERM or ENOSPC.
 *
 * Sources: user_namespaces(7), Debian's kernel.unprivileged_userns_clone, AppArmor's unprivileged_userns restriction.
 * @module
 */
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';

/** A switch that forbids user namespaces, the value that does so, and how to mend it. */
interface Switch {
	readonly path: string;
	readonly forbids: string;
	readonly reason: string;
}

const switches: readonly Switch[] = [
	{
		path: '/proc/sys/user/max_user_namespaces',
		forbids: '0',
		reason: 'this kernel allows none: sysctl user.max_user_namespaces=15000',
	},
	{
		path: '/proc/sys/kernel/unprivileged_userns_clone',
		forbids: '0',
		reason: 'this kernel leaves them to root: sysctl kernel.unprivileged_userns_clone=1',
	},
	{
		path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
		forbids: '1',
		reason: 'AppArmor leaves them to root: sysctl kernel.apparmor_restrict_unprivileged_userns=0',
	},
];

/** The first switch that forbids user namespaces here, or undefined if none of those known does. */
export function userNamespaceRefusal(): string | undefined {
	if (valueIn('/proc/self/uid_map') === undefined) return 'this kernel is built without them (CONFIG_USER_NS)';
	return switches.find(({path, forbids}) => valueIn(path) === forbids)?.reason;
}

/** The reason for somebody who was just refused. */
export function whyRefused(): string {
	return userNamespaceRefusal() ?? 'unshare was refused; run "unshare --user true" to see what it says';
}

function valueIn(path: string): string | undefined {
	return tolerate(['ENOENT', 'EACCES'], () => readKernelFile(path).trim());
}
