/** What learners do to a machine, the worst of it. Some of it answers, some never does. */
export interface Ruin {
	readonly name: string;
	readonly script: string;
	/** How long it may rage. */
	readonly milliseconds: number;
}

/** The list, in the order in which a soak goes through it. */
export const worst: readonly Ruin[] = [
	{name: 'rm -rf /*', script: 'rm -rf /*', milliseconds: 2500},
	{name: 'fork bomb', script: 'bomb() { bomb | bomb & }; bomb; sleep 60', milliseconds: 1500},
	{
		name: 'panic by sysrq',
		script: 'echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 60',
		milliseconds: 2500,
	},
	{name: 'out of memory', script: 'for i in 1 2 3 4; do tail /dev/zero & done; wait', milliseconds: 2500},
	{
		name: 'full root',
		script: 'dd if=/dev/zero of=/full bs=1M; dd if=/dev/zero of=/tmp/full bs=1M',
		milliseconds: 2500,
	},
	{name: 'agent killed', script: 'pkill -9 -f "drydock agent"; sleep 60', milliseconds: 1500},
	{name: 'kill -9 -1', script: 'kill -9 -1; sleep 60', milliseconds: 1500},
	{
		name: 'links deleted',
		script: 'ip link set lo down; for l in $(ls /sys/class/net); do ip link delete $l; done',
		milliseconds: 1500,
	},
	{name: '1970', script: 'date -s 1970-01-02; hostname lost; mount -t tmpfs none /usr', milliseconds: 1500},
];
