/**
 * What can be asked of a container, in docker's words. Texts are as they are typed; whoever uses them reads them.
 *
 * Source: docs.docker.com, "docker container run", options.
 * @module
 */

/** All that `drydock run` can be asked for a container. */
export interface CreateOptions {
	/** What it is made from: `host`, a directory, or a tar file. */
	readonly image: string;
	/** The program and its arguments. Without any: the image's default, or a shell. */
	readonly command: readonly string[];
	readonly name?: string | undefined;
	readonly hostname?: string | undefined;
	readonly domainname?: string | undefined;
	/** `NAME=value`, or `NAME` for the caller's own value. */
	readonly env?: readonly string[];
	readonly workdir?: string | undefined;
	/** `name|uid[:group|gid]`. */
	readonly user?: string | undefined;
	readonly groupAdd?: readonly string[];
	/** `[source:]target[:options]`. */
	readonly volume?: readonly string[];
	/** `target[:options]`. */
	readonly tmpfs?: readonly string[];
	readonly readOnly?: boolean;
	readonly entrypoint?: string | undefined;
	readonly tty?: boolean;
	/** The size of its terminal. */
	readonly consoleSize?: {readonly columns: number; readonly rows: number} | undefined;
	readonly interactive?: boolean;
	readonly autoRemove?: boolean;
	readonly init?: boolean;
	readonly label?: readonly string[];
	readonly stopSignal?: string | undefined;
	readonly sysctl?: readonly string[];
	readonly shmSize?: string | undefined;

	readonly network?: string | undefined;
	readonly publish?: readonly string[];
	readonly ip?: string | undefined;
	readonly macAddress?: string | undefined;
	readonly addHost?: readonly string[];
	readonly dns?: readonly string[];
	readonly dnsSearch?: readonly string[];
	readonly dnsOption?: readonly string[];
	/** `host` or `container:NAME`. */
	readonly pid?: string | undefined;
	readonly ipc?: string | undefined;
	readonly uts?: string | undefined;
	readonly cgroupns?: string | undefined;
	/** `host`, `auto`, or id maps such as `0:100000:65536`. */
	readonly userns?: string | undefined;

	readonly memory?: string | undefined;
	readonly memoryReservation?: string | undefined;
	readonly memorySwap?: string | undefined;
	readonly cpus?: string | undefined;
	readonly cpuShares?: string | undefined;
	readonly cpuPeriod?: string | undefined;
	readonly cpuQuota?: string | undefined;
	readonly cpusetCpus?: string | undefined;
	readonly cpusetMems?: string | undefined;
	readonly pidsLimit?: string | undefined;
	readonly blkioWeight?: string | undefined;
	readonly oomKillDisable?: boolean;
	readonly oomScoreAdj?: string | undefined;

	readonly privileged?: boolean;
	readonly capAdd?: readonly string[];
	readonly capDrop?: readonly string[];
	readonly securityOpt?: readonly string[];
	readonly ulimit?: readonly string[];
	readonly device?: readonly string[];
}
