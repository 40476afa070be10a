/**
 * Which paths are closed in every container: docker's lists.
 *
 * Source: docker's default OCI spec; OCI runtime spec, config-linux.md "Masked Paths" and "Readonly Paths".
 * @module
 */

/** What a container can't see: each tells about the whole machine, or has been a way to attack it. */
export const defaultMaskedPaths: readonly string[] = [
	'/proc/asound',
	'/proc/acpi',
	'/proc/interrupts',
	'/proc/kcore',
	'/proc/keys',
	'/proc/latency_stats',
	'/proc/timer_list',
	'/proc/timer_stats',
	'/proc/sched_debug',
	'/proc/scsi',
	'/sys/firmware',
	'/sys/devices/virtual/powercap',
];

/** What a container can read but not write: the kernel's own settings. */
export const defaultReadonlyPaths: readonly string[] = [
	'/proc/bus',
	'/proc/fs',
	'/proc/irq',
	'/proc/sys',
	'/proc/sysrq-trigger',
];
