/**
 * What the local sandbox needs of a machine: Linux, and either root or user namespaces for everybody.
 *
 * Source: user_namespaces(7).
 * @module
 */
import {existsSync, readFileSync} from 'node:fs';
import type {Localized} from '#words/language';

/** What is missing here and what to do, in one line; undefined if nothing is. */
export function whyNotLocal(): Localized | undefined {
	if (process.platform !== 'linux') {
		return {
			en: `the sandbox needs Linux, this is ${process.platform}: run the course in a Linux machine, or just read`,
			zh: `沙箱需要 Linux，这里是 ${process.platform}：请在 Linux 机器里运行本课程，或者只读课文`,
		};
	}
	if (process.getuid?.() === 0) return undefined;
	return whyNotAsUser();
}

/** Without root the sandbox is a user namespace's, which a machine may forbid in three ways. */
function whyNotAsUser(): Localized | undefined {
	if (!existsSync('/proc/self/ns/user')) {
		return {
			en: 'this kernel has no user namespaces: start the course with sudo',
			zh: '这个内核没有用户命名空间：请用 sudo 启动课程',
		};
	}
	if (readNumber('/proc/sys/user/max_user_namespaces') === 0) {
		return {
			en: 'user namespaces are switched off: start the course with sudo, or set user.max_user_namespaces by sysctl',
			zh: '用户命名空间被关闭了：请用 sudo 启动课程，或者用 sysctl 设置 user.max_user_namespaces',
		};
	}
	if (readNumber('/proc/sys/kernel/unprivileged_userns_clone') === 0) {
		return {
			en: 'user namespaces are for root only here: start the course with sudo, or sysctl kernel.unprivileged_userns_clone=1',
			zh: '这里只有 root 能用用户命名空间：请用 sudo 启动课程，或者 sysctl kernel.unprivileged_userns_clone=1',
		};
	}
	if (readNumber('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === 1) {
		return {
			en: 'AppArmor restricts user namespaces here: start the course with sudo, or sysctl kernel.apparmor_restrict_unprivileged_userns=0',
			zh: '这里的 AppArmor 限制用户命名空间：请用 sudo 启动课程，或者 sysctl kernel.apparmor_restrict_unprivileged_userns=0',
		};
	}
	return undefined;
}

/** A sysctl's value; undefined where the kernel doesn't have it. */
function readNumber(path: string): number | undefined {
	return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}
