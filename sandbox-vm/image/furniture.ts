/**
 * What the packages' own scripts would have done, had they been run: links to the usual programs, users, a few files.
 *
 * Scripts need root, and a system that runs already; these are facts, and fit a table. Paths are below the guest's root.
 * @module
 */

/** A file that is not simply root's. */
export interface Owner {
	/** It may hold `*`. */
	readonly path: string;
	readonly uid: number;
	readonly gid: number;
	/** In octal, as text; undefined leaves it as it is. */
	readonly mode?: string;
}

/** What only root could set on disk: mksquashfs writes it. */
export const owners: readonly Owner[] = [
	{path: 'etc/shadow', uid: 0, gid: 42, mode: '640'},
	{path: 'home/learner', uid: 1000, gid: 1000},
	{path: 'home/learner/*', uid: 1000, gid: 1000},
	{path: 'usr/bin/chage', uid: 0, gid: 42, mode: '2755'},
	{path: 'usr/bin/expiry', uid: 0, gid: 42, mode: '2755'},
	// depmod makes these as the host's umask wants it.
	{path: 'usr/lib/modules/*/modules.*', uid: 0, gid: 0, mode: '644'},
	{path: 'usr/sbin/unix_chkpwd', uid: 0, gid: 42, mode: '2755'},
	{path: 'var/cache/man', uid: 6, gid: 12},
];

/** Which of several programs is meant by the usual name. */
export const links: Readonly<Record<string, string>> = {
	'etc/mtab': '../proc/self/mounts',
	'usr/bin/awk': 'mawk',
	'usr/bin/editor': 'nano',
	'usr/bin/nc': 'nc.openbsd',
	'usr/bin/pager': 'less',
	'usr/bin/sh': 'dash',
	'usr/bin/vi': 'vim.tiny',
	'usr/bin/vim': 'vim.tiny',
	'usr/bin/which': 'which.debianutils',
	...Object.fromEntries(
		['iptables', 'ip6tables', 'ebtables', 'arptables'].flatMap(name =>
			[name, `${name}-save`, `${name}-restore`].map(name => [`usr/sbin/${name}`, 'xtables-nft-multi']),
		),
	),
	'var/lock': '/run/lock',
	'var/run': '/run',
};

/** Where others put things. */
export const directories: readonly string[] = [
	'etc/default',
	'home/learner',
	'mnt',
	'opt',
	'srv',
	'tmp',
	'var/lib/drydock',
	'var/lib/misc',
];

/** What packages keep as an example, for their scripts to put in place. */
export const copies: Readonly<Record<string, string>> = {
	'etc/group': 'usr/share/base-passwd/group.master',
	'etc/nsswitch.conf': 'usr/share/libc-bin/nsswitch.conf',
	'etc/passwd': 'usr/share/base-passwd/passwd.master',
	'etc/profile': 'usr/share/base-files/profile',
	'home/learner/.bashrc': 'etc/skel/.bashrc',
	'home/learner/.profile': 'etc/skel/.profile',
	'root/.bashrc': 'usr/share/base-files/dot.bashrc',
	'root/.profile': 'usr/share/base-files/dot.profile',
};

/** Files of our own. */
export const files: Readonly<Record<string, string>> = {
	'etc/fstab': '# The guest’s init mounts everything itself.\n',
	'etc/hostname': 'drydock\n',
	'etc/hosts': '127.0.0.1\tlocalhost\n127.0.1.1\tdrydock\n::1\tlocalhost ip6-localhost ip6-loopback\n',
	'etc/pam.d/common-account': 'account required pam_unix.so\n',
	'etc/pam.d/common-auth': 'auth required pam_unix.so nullok\n',
	'etc/pam.d/common-password': 'password required pam_unix.so yescrypt\n',
	'etc/pam.d/common-session': 'session required pam_unix.so\n',
	'etc/pam.d/common-session-noninteractive': 'session required pam_unix.so\n',
	'etc/resolv.conf': '',
	// Nobody can log in with a password; the agent and su need none.
	'etc/shadow': 'root:*:19000:0:99999:7:::\nlearner:*:19000:0:99999:7:::\n',
	'etc/subgid': 'learner:100000:65536\n',
	'etc/subuid': 'learner:100000:65536\n',
};

/** An ordinary user, for lessons on what root alone may do. */
export const additions: Readonly<Record<string, string>> = {
	'etc/group': 'learner:x:1000:\n',
	'etc/passwd': 'learner:x:1000:1000:an ordinary user:/home/learner:/bin/bash\n',
};

/** All of the above, for whoever must know whether it has changed. */
export const furniture: readonly unknown[] = [owners, links, directories, copies, files, additions];
