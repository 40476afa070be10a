/**
 * Where a container lives: its namespaces, its cgroups, its network.
 *
 * Sources: namespaces(7), cgroups(7), rtnetlink(7), Documentation/networking/ip-sysctl.rst.
 * @module
 */
import {hostname} from 'node:os';
import {type Fact, facts, withoutIds} from '#compare/fact';
import {tolerate} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {comingBack, joinNamespace, namespacePath} from '#kernel/namespace';
import type {ObservedProcess} from '#observe';
import {readCgroupsOf} from '#observe/cgroups';
import {readNamespaceId} from '#observe/links';
import {readNetwork} from '#observe/network';
import {readUserNamespace} from '#observe/user-namespaces';

/** Which namespaces are its own, and what its own users are on the host. */
export function namespaceFacts(process: ObservedProcess): readonly Fact[] {
	const kinds = ['pid', 'mnt', 'uts', 'ipc', 'net', 'user', 'cgroup', 'time'] as const;
	const space =
		process.namespaces.user === undefined ? undefined : readUserNamespace(process.namespaces.user, process.pid);
	const isOwn = (kind: (typeof kinds)[number]): boolean =>
		process.namespaces[kind] !== readNamespaceId('thread-self', kind);
	const range = ({inside, outside, count}: {inside: number; outside: number; count: number}) =>
		`${inside} → ${outside} (${count})`;
	return [
		...facts('namespace', Object.fromEntries(kinds.map(kind => [kind, isOwn(kind) ? 'own' : 'host']))),
		...facts('user', {
			uidMap: space?.uidMap.map(range).join(', '),
			gidMap: space?.gidMap.map(range).join(', '),
		}),
		...facts('process', {hostname: hostnameOf(process.pid)}),
	];
}

function hostnameOf(pid: number): string {
	return comingBack(['uts'], () => {
		joinNamespace(namespacePath(pid, 'uts'), 'uts');
		return hostname();
	});
}

/** Its limits, by the kernel's names, and where its cgroups are. */
export function cgroupFacts(process: ObservedProcess): readonly Fact[] {
	const own = readCgroupsOf([process]).filter(({processes}) => processes.includes(process.pid));
	const limits = Object.assign({}, ...own.map(({limits}) => limits)) as Readonly<Record<string, string>>;
	const paths = Object.entries(process.cgroups).filter(([, path]) => path !== '/');
	return [
		...facts('cgroup', {
			trees:
				paths
					.map(([name]) => name || 'v2')
					.toSorted()
					.join(' ') || 'none',
			path: [...new Set(paths.map(([, path]) => withoutIds(path)))].toSorted().join(' '),
		}),
		...facts(
			'cgroup',
			Object.fromEntries(
				Object.entries(limits).map(([file, value]) => [file, value.split('\n').toSorted().join('; ')]),
			),
		),
	];
}

/** Its links, routes, and what can be set in its network stack. Addresses differ by chance: their kind is told. */
export function networkFacts({pid, namespaces}: ObservedProcess): readonly Fact[] {
	if (namespaces.net === readNamespaceId('thread-self', 'net')) return [];
	return comingBack(['net'], () => {
		joinNamespace(namespacePath(pid, 'net'), 'net');
		const {links, routes} = readNetwork();
		const kindOf = (address: string): string =>
			address.startsWith('fe80:') ? 'IPv6 link-local' : address.includes(':') ? 'IPv6' : 'IPv4';
		return [
			...facts(
				'network',
				Object.fromEntries(
					links.map(({name, kind, up, mtu, addresses}) => [
						`link ${name}`,
						[kind, up ? 'up' : 'down', `mtu ${mtu}`, ...new Set(addresses.map(kindOf))].join(', '),
					]),
				),
			),
			...facts(
				'network',
				Object.fromEntries(
					routes
						.filter(({destination}) => destination === 'default')
						.map(({link, gateway}) => [
							'default route',
							`${gateway === undefined ? 'no gateway' : 'by a gateway'}, ${link}`,
						]),
				),
			),
			...facts(
				'sysctl',
				Object.fromEntries(
					SYSCTLS.map(name => [
						name,
						tolerate(['ENOENT'], () => readKernelFile(`/proc/sys/${name.replaceAll('.', '/')}`))
							?.trim()
							.replace(/\s+/g, ' '),
					]),
				),
			),
		];
	});
}

/** What engines are known to set. */
const SYSCTLS = [
	'net.ipv4.ip_unprivileged_port_start',
	'net.ipv4.ping_group_range',
	'net.ipv4.ip_forward',
	'net.ipv6.conf.all.disable_ipv6',
	'net.ipv6.conf.default.disable_ipv6',
] as const;
