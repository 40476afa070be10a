/**
 * Why the kernel's network refuses a link, or anything at all.
 *
 * Sources: rtnetlink(7), ip-link(8), bridge(8).
 * @module
 */

import {namespacePath} from '#kernel/namespace';
import type {Link} from '#kernel/netlink/links';
import {textAt, wordAfter} from '../arguments.ts';
import type {Cause, Failure, Found} from '../cause.ts';
import {linesOf, linkAt} from '../look.ts';
import {linkLine, networkOf} from '../network.ts';
import {find} from '../paths.ts';
import {demands} from './capability.ts';

const links = ['RTM_NEWLINK', 'RTM_SETLINK', 'RTM_DELLINK', 'RTM_GETLINK'];
const others = [
	'RTM_NEWADDR',
	'RTM_DELADDR',
	'RTM_NEWROUTE',
	'RTM_DELROUTE',
	'RTM_NEWNEIGH',
	'RTM_NEWRULE',
	'RTM_NEWQDISC',
];
const all = [...links, ...others];

/** The causes of refused links, and of lacking the right to any of it. */
export const linkCauses: readonly Cause[] = [
	...demands({
		id: 'network',
		calls: all,
		capability: 'CAP_NET_ADMIN',
		over: 'net',
		source: 'rtnetlink(7), network_namespaces(7)',
	}),
	{
		id: 'link-name-too-long',
		calls: links,
		errnos: ['EINVAL', 'ERANGE', 'ENODEV'],
		test: failure => {
			const name = namesOf(failure).find(name => Buffer.byteLength(name) > MOST_BYTES);
			return name === undefined
				? undefined
				: {evidence: [`${Buffer.byteLength(name)} bytes: ${name}`], facts: {name, count: Buffer.byteLength(name)}};
		},
		sentence: {
			en: 'The name {name} has {count} bytes, and an interface’s name has at most 15.',
			zh: '名称 {name} 有 {count} 字节，而接口名称最多 15 字节。',
		},
		remedy: {en: 'Choose a shorter one.', zh: '请换一个更短的名称。'},
		source: 'netdevice(7), IFNAMSIZ',
	},
	{
		id: 'link-name-taken',
		calls: links,
		errnos: ['EEXIST'],
		test: failure => linkFound(failure, namesOf(failure), () => true),
		sentence: {
			en: 'There is an interface called {name} in this network namespace already.',
			zh: '这个网络命名空间里已经有名为 {name} 的接口。',
		},
		remedy: {
			en: 'Choose another name, or delete that one: ip link delete {name}',
			zh: '换一个名称，或删除已有的：ip link delete {name}',
		},
		source: 'ip-link(8)',
	},
	{
		id: 'link-missing',
		calls: all,
		errnos: ['ENODEV', 'EINVAL', 'ENXIO'],
		test: failure => {
			const {links} = networkOf(failure.pid);
			const wanted = [
				...(failure.call.endsWith('LINK') && wordAfter(failure, 'kind') === undefined ? [textAt(failure, 0)] : []),
				wordAfter(failure, 'dev'),
				wordAfter(failure, 'master'),
				wordAfter(failure, 'link'),
			];
			const missing = wanted.find(
				name =>
					name !== undefined && name !== '' && !links.some(link => link.name === name || `${link.index}` === name),
			);
			return missing === undefined
				? undefined
				: {
						evidence: [
							`RTM_GETLINK in ${linkAt(namespacePath(failure.pid, 'net'))}: ${links.map(({name}) => name).join(', ')}`,
						],
						facts: {name: missing},
					};
		},
		sentence: {
			en: 'There is no interface called {name} in this network namespace.',
			zh: '这个网络命名空间里没有名为 {name} 的接口。',
		},
		remedy: {
			en: 'Look at ip link in the same namespace: a link that was moved into another one is not here any more.',
			zh: '请在同一个命名空间里查看 ip link：已移入其他命名空间的接口不再出现在这里。',
		},
		source: 'ip-link(8)',
	},
	{
		id: 'link-kind-unknown',
		calls: links,
		errnos: ['ENOTSUP'],
		test: failure => {
			const kind = wordAfter(failure, 'kind');
			if (kind === undefined || !/^\w+$/.test(kind)) return undefined;
			const setup = setups[kind];
			const isKnown = linesOf('/proc/kallsyms').some(({text}) =>
				setup === undefined ? text.includes(` ${kind}_`) : new RegExp(` ${setup}(\\s|$)`).test(text),
			);
			const missing = setup === undefined ? `no function begins with ${kind}_` : `no function is called ${setup}`;
			return isKnown || find(process.pid, `/sys/module/${kind}`) !== undefined
				? undefined
				: {evidence: [`/proc/kallsyms: ${missing}`, `/sys/module: no ${kind}`], facts: {kind}};
		},
		sentence: {en: 'This kernel knows no links of the kind {kind}.', zh: '此内核不认识 {kind} 类型的链路。'},
		remedy: {
			en: 'Check the word; or load its module on the host: modprobe {kind}',
			zh: '检查这个词；或在宿主机上加载它的模块：modprobe {kind}',
		},
		source: 'ip-link(8) TYPES',
	},
	{
		id: 'master-takes-no-ports',
		calls: links,
		errnos: ['ENOTSUP', 'EINVAL'],
		test: failure => {
			const master = wordAfter(failure, 'master');
			return master === undefined
				? undefined
				: linkFound(
						failure,
						[master],
						({kind}) => !['bridge', 'bond', 'team', 'vrf', 'openvswitch', 'hsr', 'batadv'].includes(kind),
					);
		},
		sentence: {
			en: '{name} is of the kind {kind}: nothing can be plugged into it.',
			zh: '{name} 的类型是 {kind}：不能把别的接口接入它。',
		},
		remedy: {en: 'Name a bridge: ip link show type bridge', zh: '请指定网桥：ip link show type bridge'},
		source: 'ip-link(8) master',
	},
	{
		id: 'bridge-into-bridge',
		calls: links,
		errnos: ['ELOOP', 'EINVAL'],
		test: failure =>
			wordAfter(failure, 'master') === undefined
				? undefined
				: linkFound(failure, [textAt(failure, 0)], ({kind}) => kind === 'bridge'),
		sentence: {
			en: '{name} is a bridge itself, and a bridge isn’t plugged into another: frames could go round for ever.',
			zh: '{name} 自身就是网桥，网桥不能接入另一个网桥：否则帧可能无休止地循环。',
		},
		remedy: {
			en: 'Connect two bridges by a veth pair, one end in each.',
			zh: '用一对 veth 连接两个网桥，两端各接一个。',
		},
		source: 'bridge(8)',
	},
	{
		id: 'link-used-otherwise',
		calls: links,
		errnos: ['EBUSY'],
		test: failure => {
			const {links} = networkOf(failure.pid);
			const names = [textAt(failure, 0), wordAfter(failure, 'link')];
			const lower = links.find(({name}) => names.includes(name) && links.some(other => takesAll(other, name, links)));
			const port = links.find(({name, master}) => names.includes(name) && master !== undefined);
			const busy = lower ?? port;
			if (busy === undefined) return undefined;
			const user =
				links.find(other => takesAll(other, busy.name, links)) ?? links.find(({index}) => index === busy.master);
			return {
				evidence: [
					linkLine(failure.pid, busy, links),
					...(user === undefined ? [] : [linkLine(failure.pid, user, links)]),
				],
				facts: {name: busy.name, user: user?.name ?? '', kind: user?.kind ?? ''},
			};
		},
		sentence: {
			en: 'All that {name} receives goes to {user} ({kind}) already, and an interface hands its frames to one only.',
			zh: '{name} 收到的全部数据都已交给 {user}（{kind}），而一个接口只能把帧交给一方。',
		},
		remedy: {
			en: 'Delete {user}, or take {name} out of it (ip link set {name} nomaster).',
			zh: '删除 {user}，或把 {name} 从中取出（ip link set {name} nomaster）。',
		},
		source: 'ip-link(8)',
	},
];

const MOST_BYTES = 15;
/** The kernel's function that sets up a link of the kind. Other functions may begin with the same word, as with dummy_. */
const setups: Readonly<Record<string, string>> = {
	bond: 'bond_setup',
	bridge: 'br_dev_setup',
	dummy: 'dummy_setup',
	ifb: 'ifb_setup',
	ipvlan: 'ipvlan_link_setup',
	macvlan: 'macvlan_setup',
	macvtap: 'macvtap_setup',
	veth: 'veth_setup',
	vlan: 'vlan_setup',
	vrf: 'vrf_setup',
	vxlan: 'vxlan_setup',
	wireguard: 'wg_setup',
};

/** The names that a request would give. */
function namesOf(failure: Failure): readonly string[] {
	return [textAt(failure, 0), wordAfter(failure, 'name'), wordAfter(failure, 'peer')].filter(
		name => name !== undefined && name !== '',
	) as readonly string[];
}

/** A link that has one of these names or numbers and passes a test, as a finding. */
export function linkFound(
	failure: Failure,
	names: readonly string[],
	test: (link: Link) => boolean,
): Found | undefined {
	const {links} = networkOf(failure.pid);
	const link = links.find(each => (names.includes(each.name) || names.includes(`${each.index}`)) && test(each));
	return link && {evidence: [linkLine(failure.pid, link, links)], facts: {name: link.name, kind: link.kind}};
}

/** macvlan and ipvlan take over all that their lower link receives. */
function takesAll({kind, peer}: Link, lower: string, links: readonly Link[]): boolean {
	return ['macvlan', 'ipvlan', 'macvtap'].includes(kind) && peer !== undefined && nameOf(links, peer.index) === lower;
}

/** A link's name by its number. */
export function nameOf(links: readonly Link[], index: number): string {
	return links.find(link => link.index === index)?.name ?? `${index}`;
}
