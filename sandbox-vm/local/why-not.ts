/**
 * What the local sandbox needs of a machine: Linux, and either root or user namespaces for everybody.
 *
 * Source: user_namespaces(7).
 * @module
 */
import {existsSync, readFileSync} from 'node:fs';

/** What is missing here and what to do, in one line; undefined if nothing is. */
export function whyNotLocal(): string | undefined {
	if (process.platform !== 'linux') {
		return `the sandbox needs Linux, this is ${process.platform}: run the course in a Linux machine, or just read`;
	}
	if (process.getuid?.() === 0) return undefined;
	return whyNotAsUser();
}

/** Without root the sandbox is a user namespace's, which a machine may forbid in three ways. */
function whyNotAsUser(): string | undefined {
	if (!existsSync('/proc/self/ns/user')) return 'this kernel has no user namespaces: start the course with sudo';
	if (readNumber('/proc/sys/user/max_user_namespaces') === 0) {
		return 'user namespaces are switched off: start the course with sudo, or set user.max_user_namespaces by sysctl';
	}
	if (readNumber('/proc/sys/kernel/unprivileged_userns_clone') === 0) {
		return 'user namespaces are for root only here: start the course with sudo, or sysctl kernel.unprivileged_userns_clone=1';
	}
	if (readNumber('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === 1) {
		return 'AppArmor restricts user namespaces here: start the course with sudo, or sysctl kernel.apparmor_restrict_unprivileged_userns=0';
	}
	return undefined;
}

/** A sysctl's value; undefined where the kernel doesn't have it. */
function readNumber(path: string): number | undefined {
	return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}
