/**
 * Why a socket gets no address, or finds nobody at the other end.
 *
 * Sources: bind(2), connect(2), ip(7), socket(2).
 * @module
 */
import {closeSync} from 'node:fs';
import {KernelName} from '#kernel/error';
import {readKernelFile} from '#kernel/file';
import {call} from '#kernel/libc';
import {namespacePath} from '#kernel/namespace';
import type {Address} from '#kernel/netlink/addresses';
import {familyOf, ipBytes} from '#kernel/netlink/ip';
import type {Link} from '#kernel/netlink/links';
import {fetchDescriptor} from '#kernel/pidfd';
import type {Localized} from '#words/language';
import {numberAt} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {evidenceOf, linkAt, processName} from '../look.ts';
import {
	addressLine,
	type BoundSocket,
	boundSockets,
	insideNetwork,
	networkOf,
	ownerOfSocket,
	routeLine,
} from '../network.ts';
import {verdictOverOwn} from '../user-namespaces.ts';
import {demands} from './capability.ts';

/** The causes of bind's, connect's and socket's refusals. */
export const socketCauses: readonly Cause[] = [
	...demands({
		id: 'raw-socket',
		calls: ['socket'],
		capability: 'CAP_NET_RAW',
		over: 'net',
		when: ({args}) => /SOCK_RAW|AF_PACKET/.test(args.map(String).join(' ')),
		source: 'raw(7), packet(7)',
	}),
	{
		id: 'port-in-use',
		calls: ['bind', 'listen'],
		errnos: ['EADDRINUSE'],
		test: withAddress(({address, port}, failure) => {
			for (const protocol of protocolsOf(failure)) {
				const clash = boundSockets(failure.pid, protocol).find(
					socket => socket.port === port && clashes(socket, address),
				);
				if (clash === undefined) continue;
				const owner = ownerOfSocket(clash.inode);
				const who =
					owner === undefined
						? {en: 'a socket that no process we can see has open', zh: '一个不属于任何可见进程的套接字'}
						: {en: `process ${processName(owner.pid)}`, zh: `进程 ${processName(owner.pid)} `};
				return {
					evidence: [clash.evidence, ...(owner === undefined ? [] : [owner.evidence])],
					facts: {port, protocol: protocol.slice(0, 3).toUpperCase(), who},
				};
			}
			return undefined;
		}),
		sentence: {en: '{protocol} port {port} is taken by {who}.', zh: '{protocol} 端口 {port} 已被{who}占用。'},
		remedy: {
			en: 'End that, or take another port: in a network namespace of its own each container has all 65535.',
			zh: '结束它，或换一个端口：每个容器在自己的网络命名空间里都有全部 65535 个端口。',
		},
		source: 'bind(2) ERRORS, ip(7)',
	},
	{
		id: 'address-not-ours',
		calls: ['bind'],
		errnos: ['EADDRNOTAVAIL'],
		test: withAddress(({address}, {pid}) => {
			const {addresses, links} = networkOf(pid);
			const isOurs = addresses.some(each => each.address.split('/')[0] === address) || address.startsWith('127.');
			const evidence = addresses.map(each => addressLine(pid, each, links));
			return isOurs
				? undefined
				: {evidence: evidence.length === 0 ? [`no address in ${linkName(pid)}`] : evidence, facts: {address}};
		}),
		sentence: {
			en: 'No interface of this network namespace has the address {address}.',
			zh: '这个网络命名空间里没有哪个接口拥有地址 {address}。',
		},
		remedy: {
			en: 'Listen on 0.0.0.0, or on an address that is there: a container has others than the host.',
			zh: '监听 0.0.0.0，或监听已有的地址：容器的地址与宿主机的不同。',
		},
		source: 'bind(2) ERRORS',
	},
	{
		id: 'port-privileged',
		calls: ['bind'],
		errnos: ['EACCES'],
		test: withAddress(({port}, {pid}) => {
			const path = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
			const start = insideNetwork(pid, () => readKernelFile(path).trim());
			const verdict = verdictOverOwn(pid, 'CAP_NET_BIND_SERVICE', 'net');
			if (verdict.capable || port === 0 || port >= Number(start)) return undefined;
			return {evidence: [evidenceOf(path, start), ...verdict.evidence], facts: {port, start}};
		}),
		sentence: {
			en: 'Port {port} is below {start}, and the process has no CAP_NET_BIND_SERVICE over this network namespace.',
			zh: '端口 {port} 小于 {start}，而进程对这个网络命名空间没有 CAP_NET_BIND_SERVICE。',
		},
		remedy: {
			en: 'Take a port from {start} on and publish it as {port}; or lower net.ipv4.ip_unprivileged_port_start.',
			zh: '使用不小于 {start} 的端口，再发布为 {port}；或调低 net.ipv4.ip_unprivileged_port_start。',
		},
		source: 'ip(7) ip_unprivileged_port_start',
	},
	{
		id: 'nobody-listens',
		calls: ['connect'],
		errnos: ['ECONNREFUSED'],
		test: withAddress(({address, port}, failure) => {
			const {pid} = failure;
			const {addresses} = networkOf(pid);
			const isLocal = address.startsWith('127.') || addresses.some(each => each.address.split('/')[0] === address);
			if (!isLocal) return undefined;
			const listeners = ['tcp', 'tcp6']
				.flatMap(protocol => boundSockets(pid, protocol))
				.filter(({isListening}) => isListening);
			if (listeners.some(socket => socket.port === port && clashes(socket, address))) return undefined;
			const ports = [...new Set(listeners.map(socket => socket.port))].toSorted((one, other) => one - other);
			return {
				evidence: [
					`/proc/${pid}/net/tcp, tcp6: listening on ${ports.length === 0 ? 'no port' : ports.join(', ')} in ${linkName(pid)}`,
				],
				facts: {address, port},
			};
		}),
		sentence: {
			en: 'Nobody listens on {address} port {port} in this network namespace.',
			zh: '在这个网络命名空间里，没有进程监听 {address} 的 {port} 端口。',
		},
		remedy: {
			en: 'Start the server, or look in which namespace it listens: 127.0.0.1 is another one in each container.',
			zh: '启动服务端，或看看它在哪个命名空间里监听：每个容器的 127.0.0.1 都各不相同。',
		},
		source: 'connect(2) ERRORS',
	},
	{
		id: 'no-route',
		calls: ['connect', 'sendto', 'sendmsg'],
		errnos: ['ENETUNREACH'],
		test: withAddress(({address}, {pid}) => {
			const {routes, links, addresses} = networkOf(pid);
			const family = address.includes(':') ? 'inet6' : 'inet';
			const usable = routes.filter(route => route.family === family);
			return usable.some(({destination}) => destination === 'default' || isIn(address, destination))
				? undefined
				: {
						facts: {address, remedy: wayOut(address, links, addresses)},
						evidence:
							usable.length === 0
								? [
										`RTM_GETROUTE in ${linkName(pid)}: no route`,
										...links.map(({name, up}) => `link ${name}: ${up ? 'up' : 'down'}`),
									]
								: usable.map(route => routeLine(pid, route, links)),
					};
		}),
		sentence: {
			en: 'No route of this network namespace leads to {address}.',
			zh: '这个网络命名空间里没有通向 {address} 的路由。',
		},
		remedy: {en: '{remedy}', zh: '{remedy}'},
		source: 'connect(2) ERRORS, ip-route(8)',
	},
];

/** What the network lacks first, from the link up. */
function wayOut(address: string, links: readonly Link[], addresses: readonly Address[]): Localized {
	const isLoopback = address.startsWith('127.') || address === '::1';
	const candidates = links.filter(({name}) => (name === 'lo') === isLoopback);
	const [first] = candidates;
	if (first === undefined)
		return {
			en: 'There is no interface here that leads out: move one end of a veth pair in (ip link set NAME netns PID), give it an address and switch it on, then add a route. drydock run does all of that.',
			zh: '这里没有通向外部的接口：请移入一对 veth 的一端（ip link set 名称 netns PID），为它配置地址并启用，再添加路由。drydock run 会完成这一切。',
		};
	const up = candidates.filter(link => link.up);
	if (up.length === 0) return {en: `ip link set ${first.name} up`, zh: `ip link set ${first.name} up`};
	const own = addresses.filter(each => familyOf(ipBytes(each.address.split('/')[0]!)) === familyOf(ipBytes(address)));
	if (!own.some(({linkIndex}) => up.some(({index}) => index === linkIndex)))
		return {
			en: `Give ${up[0]!.name} an address first (ip address add ADDRESS/BITS dev ${up[0]!.name}), then add a route if the target lies outside of its subnet: ip route add default via GATEWAY`,
			zh: `先为 ${up[0]!.name} 配置地址（ip address add 地址/位数 dev ${up[0]!.name}）；若目标在其子网之外，再添加路由：ip route add default via 网关`,
		};
	return {
		en: 'Add a route by a gateway in one of these subnets: ip route add default via GATEWAY',
		zh: '经由这些子网内的网关添加路由：ip route add default via 网关',
	};
}

interface InternetAddress {
	readonly address: string;
	readonly port: number;
}

function withAddress(test: (address: InternetAddress, failure: Failure) => Found | undefined): Cause['test'] {
	return failure => {
		const text = failure.args.slice(1).map(String).join(' ');
		const match = /\[([\da-f:.]+)\]:(\d+)/i.exec(text) ?? /(\d+\.\d+\.\d+\.\d+):(\d+)/.exec(text);
		return match === null ? undefined : test({address: match[1]!, port: Number(match[2])}, failure);
	};
}

/** The same address, or one of the two is "all of them". IPv4 lives in IPv6 as ::ffff:a.b.c.d. */
function clashes({address}: BoundSocket, wanted: string): boolean {
	const bytes = ipBytes(wanted);
	const hex = bytes.toString('hex');
	const isAll = /^0+$/;
	if (isAll.test(address) || isAll.test(hex)) return true;
	return address === hex || address === `${'0'.repeat(20)}ffff${hex}`;
}

/** Whether it is a matter of TCP or UDP: the socket itself is asked, through a copy of its descriptor. */
function protocolsOf({pid, args}: Failure): readonly string[] {
	const fd = numberAt({pid, args, call: '', errno: ''}, 0) ?? -1;
	const type = socketType(pid, fd);
	if (type === SOCK_STREAM) return ['tcp', 'tcp6'];
	return type === SOCK_DGRAM ? ['udp', 'udp6'] : ['tcp', 'tcp6', 'udp', 'udp6'];
}

function socketType(pid: number, fd: number): number | undefined {
	try {
		const copy = fetchDescriptor(pid, fd);
		try {
			const value = new Uint32Array(1);
			const length = Uint32Array.of(4);
			call('getsockopt', [copy, SOL_SOCKET, SO_TYPE, new Uint8Array(value.buffer), new Uint8Array(length.buffer)], {
				show: () => [copy, new KernelName('SOL_SOCKET'), new KernelName('SO_TYPE'), null, 4],
			});
			return value[0];
		} finally {
			closeSync(copy);
		}
	} catch {
		// Closed meanwhile, or not ours to copy: then both protocols are looked at.
		return undefined;
	}
}

/** Whether an address lies in a prefix such as 10.0.0.0/8. */
export function isIn(address: string, prefix: string): boolean {
	const [network, bits] = prefix.split('/') as [string, string];
	const [one, other] = [ipBytes(address), ipBytes(network)];
	if (familyOf(one) !== familyOf(other)) return false;
	const binary = (bytes: Buffer): string => [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('');
	return binary(one).slice(0, Number(bits)) === binary(other).slice(0, Number(bits));
}

function linkName(pid: number): string {
	return linkAt(namespacePath(pid, 'net'));
}

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
