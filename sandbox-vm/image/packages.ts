/**
 * What the guest is made of: a list to be read, and to be changed.
 * @module
 */

/** What is asked for by name; apt adds what these depend on. */
export const packages: readonly string[] = [
	// The kernel for virtual machines: few drivers, all that containers need.
	'linux-image-cloud-amd64',
	// What every shell session expects.
	...[
		'base-files',
		'base-passwd',
		'bash',
		'bsdextrautils',
		'bsdutils',
		'coreutils',
		'dash',
		'debianutils',
		'diffutils',
	],
	...['findutils', 'grep', 'gzip', 'hostname', 'jq', 'less', 'libc-bin', 'login', 'mawk', 'mount', 'nano'],
	...[
		'ncurses-base',
		'ncurses-bin',
		'netbase',
		'passwd',
		// Lessons make their small exhibits with it.
		'perl-base',
		'procps',
		'psmisc',
		'sed',
		'tar',
		'tree',
		'vim-tiny',
		'xz-utils',
	],
	// What containers are made with by hand.
	...['attr', 'busybox-static', 'kmod', 'libcap2-bin', 'strace', 'stress', 'uidmap', 'util-linux', 'util-linux-extra'],
	// Networks.
	...['ethtool', 'iproute2', 'iptables', 'iputils-ping', 'netcat-openbsd', 'nftables', 'socat', 'tcpdump'],
	// Layers.
	...['btrfs-progs', 'dmsetup', 'e2fsprogs', 'thin-provisioning-tools'],
	// Security.
	'apparmor',
	// The calls that lessons name, explained.
	...['man-db', 'manpages', 'manpages-dev'],
	// Node's own library, which no package above brings.
	'libstdc++6',
];

/**
 * What apt believes to be installed already: only the packages' own scripts need these, and no script is run here.
 *
 * The kernel's package would bring the maker of a general initrd with it, and udev; others bring Perl.
 */
export const notNeeded: readonly string[] = [
	...['adduser', 'debconf', 'dpkg', 'init-system-helpers', 'initramfs-tools', 'install-info', 'libpam-runtime'],
	...['linux-base', 'perl', 'readline-common', 'sysvinit-utils', 'ucf', 'udev'],
];

/** What is not unpacked, as tar's patterns: the guest speaks English, and its hardware is known. */
export const leftOut: readonly string[] = [
	'./boot/System.map*',
	'./opt',
	'./usr/share/bash-completion',
	'./usr/share/bug',
	'./usr/share/doc/*',
	'./usr/share/info',
	'./usr/share/initramfs-tools',
	'./usr/share/lintian',
	'./usr/share/locale/*',
	'./usr/share/man/??',
	'./usr/share/man/??_*',
	// manpages-dev describes all of the C library there; lessons name system calls.
	'./usr/share/man/man3/*',
	// Of the tables of character sets, man needs those of ISO.
	'./usr/lib/*/gconv/[A-HJ-TV-Z]*',
	'./usr/lib/*/gconv/IBM*',
	...['ata', 'comedi', 'hid', 'hv', 'infiniband', 'mmc', 'net/ethernet', 'net/wireless', 'net/wwan'].map(driver),
	...['nvdimm', 'nvme', 'platform', 'scsi', 'target', 'thermal', 'usb', 'vfio', 'vhost', 'xen'].map(driver),
	// There is nobody to share files with, nor a cluster.
	...['fs/ceph', 'fs/nfs', 'fs/nfsd', 'fs/orangefs', 'fs/smb', 'net/ceph', 'net/rds', 'net/smc', 'net/sunrpc'].map(
		kernel,
	),
];

function driver(name: string): string {
	return kernel(`drivers/${name}`);
}

function kernel(name: string): string {
	return `./*lib/modules/*/kernel/${name}`;
}
