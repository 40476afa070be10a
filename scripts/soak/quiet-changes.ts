/**
 * The control of a soak: changes so small that a comparison might overlook them. It must see each, and nothing else.
 * @module
 */
import type {Sandbox} from '#sandbox';
import {differences, look} from './look.ts';
import {within} from './within.ts';

interface QuietChange {
	readonly name: string;
	readonly script: string;
	/** What may be told of it, and must be. */
	readonly told: RegExp;
}

/** A file of no interest, which isn't read by the comparison. */
const file = '/usr/bin/less';

const changes: readonly QuietChange[] = [
	{name: 'nothing', script: 'true', told: /^$/},
	{
		name: 'a byte of a file, its time put back',
		script: `cp -p ${file} /run/old && printf X | dd of=${file} bs=1 seek=99 conv=notrunc status=none && touch -r /run/old ${file} && rm /run/old`,
		told: /: file \/usr\/bin\/less f 755 /,
	},
	{name: 'the mode of a file', script: `chmod 4755 ${file}`, told: /: file \/usr\/bin\/less f 4?755 /},
	{name: 'a file in a temporary place', script: 'touch /dev/shm/x', told: /: file \/dev\/shm\/x f /},
	{name: 'a setting', script: 'echo 61 > /proc/sys/vm/swappiness', told: /: setting \/proc\/sys\/vm\/swappiness:/},
	{name: 'a mount', script: 'mount --bind /srv /srv', told: /: (mount .* \/srv \/srv |file \/run\/mount )/},
	{
		name: 'a link',
		script: 'ip link set lo mtu 65000',
		told: /: (link .* lo:|setting \/proc\/sys\/net\/ipv6\/conf\/lo\/mtu:)/,
	},
	{name: 'an address', script: 'ip address add 127.0.0.2/8 dev lo', told: /: (address|route) .*127\.0\.0\.2/},
	{name: 'a rule', script: 'nft add table ip quiet', told: /: (rule|module) /},
	{name: 'a process', script: 'sleep 603 > /dev/null 2>&1 &', told: /: process .* sleep 603$/},
	{name: 'a module', script: 'modprobe cmac', told: /: module cmac /},
	{name: 'a cgroup', script: 'mkdir /sys/fs/cgroup/quiet', told: /: cgroup \/sys\/fs\/cgroup\/quiet/},
	{name: 'a shared memory', script: 'ipcmk -M 4096 > /dev/null', told: /: ipc \/proc\/sysvipc\/shm:/},
	{name: 'the clock', script: 'date -s "+5 seconds" > /dev/null', told: /: clock /},
];

/** Makes each change on a fresh machine, and returns those that weren't seen, or not alone. */
export async function controlComparison(sandbox: Sandbox, fresh: ReadonlySet<string>): Promise<readonly string[]> {
	const faults: string[] = [];
	for (const {name, script, told} of changes) {
		await within(60, 'renew', sandbox.renew());
		const {exitCode, stderr} = await sandbox.exec(['sh', '-c', script], {signal: AbortSignal.timeout(30_000)});
		const seen = differences(fresh, await look(sandbox));
		const isSeen = name === 'nothing' ? seen.length === 0 : seen.length > 0 && seen.every(line => told.test(line));
		console.log(`${isSeen ? '✓' : '✗'} ${name.padEnd(38)} ${seen.length} lines differ`);
		if (exitCode !== 0) faults.push(`control: ${name} could not be made: ${stderr.trim()}`);
		else if (!isSeen) faults.push(`control: ${name} was seen as: ${seen.slice(0, 5).join('; ') || 'nothing'}`);
	}
	return faults;
}
