/**
 * Why the kernel's network refuses an address or a route.
 *
 * Sources: rtnetlink(7), ip-address(8), ip-route(8).
 * @module
 */
import {namespacePath} from '#kernel/namespace';
import {textAt, wordAfter} from '../arguments.ts';
import type {Cause} from '../cause.ts';
import {linkAt} from '../look.ts';
import {addressLine, linkLine, networkOf, routeLine} from '../network.ts';
import {linkFound, nameOf} from './links.ts';
import {isIn} from './sockets.ts';

const addresses = ['RTM_NEWADDR', 'RTM_DELADDR'];
const routes = ['RTM_NEWROUTE', 'RTM_DELROUTE'];

/** The causes of refused addresses and routes. */
export const routeCauses: readonly Cause[] = [
	{
		id: 'address-taken',
		calls: addresses,
		errnos: ['EEXIST'],
		test: failure => {
			const {addresses, links} = networkOf(failure.pid);
			const wanted = textAt(failure, 0);
			const there = addresses.find(
				({address, linkIndex}) => address === wanted && nameOf(links, linkIndex) === wordAfter(failure, 'dev'),
			);
			return (
				there && {
					evidence: [addressLine(failure.pid, there, links)],
					facts: {address: wanted, name: nameOf(links, there.linkIndex)},
				}
			);
		},
		sentence: {en: '{name} has the address {address} already.', zh: '{name} 已经拥有地址 {address}。'},
		remedy: {en: 'Leave it out, or use ip address replace.', zh: '不必再加，或改用 ip address replace。'},
		source: 'ip-address(8)',
	},
	{
		id: 'address-not-there',
		calls: ['RTM_DELADDR'],
		errnos: ['EADDRNOTAVAIL'],
		test: failure => {
			const {addresses, links} = networkOf(failure.pid);
			const name = wordAfter(failure, 'dev') ?? '';
			const own = addresses.filter(({linkIndex}) => nameOf(links, linkIndex) === name);
			return own.some(({address}) => address === textAt(failure, 0))
				? undefined
				: {
						evidence:
							own.length === 0
								? [`RTM_GETADDR in ${linkAt(namespacePath(failure.pid, 'net'))}: ${name} has no address`]
								: own.map(each => addressLine(failure.pid, each, links)),
						facts: {name, address: textAt(failure, 0)},
					};
		},
		sentence: {en: '{name} doesn’t have the address {address}.', zh: '{name} 没有地址 {address}。'},
		remedy: {en: 'Name it with its prefix, as ip address shows it.', zh: '请连同前缀长度一起写，如 ip address 所示。'},
		source: 'ip-address(8)',
	},
	{
		id: 'route-link-down',
		calls: routes,
		errnos: ['ENETDOWN'],
		test: failure => linkFound(failure, [wordAfter(failure, 'dev') ?? ''], ({up}) => !up),
		sentence: {
			en: 'The interface {name} is down, and a route leads over one that is up.',
			zh: '接口 {name} 处于关闭状态，而路由只能经由已启用的接口。',
		},
		remedy: {en: 'ip link set {name} up', zh: 'ip link set {name} up'},
		source: 'ip-route(8)',
	},
	{
		id: 'gateway-out-of-reach',
		calls: routes,
		errnos: ['ENETUNREACH', 'EINVAL', 'EHOSTUNREACH'],
		test: failure => {
			const {addresses, links, routes} = networkOf(failure.pid);
			const gateway = wordAfter(failure, 'via');
			if (gateway === undefined) return undefined;
			const isUp = (index: number): boolean => links.some(link => link.index === index && link.up);
			const reaches = addresses.some(({address, linkIndex}) => isUp(linkIndex) && isIn(gateway, address));
			const direct = routes.some(
				route => route.gateway === undefined && route.destination !== 'default' && isIn(gateway, route.destination),
			);
			if (reaches || direct) return undefined;
			const lines = addresses.map(each => addressLine(failure.pid, each, links));
			return {
				evidence: [...lines, ...links.filter(({up}) => !up).map(link => linkLine(failure.pid, link, links))],
				facts: {gateway},
			};
		},
		sentence: {
			en: 'The gateway {gateway} is in none of the subnets that this namespace’s interfaces (those that are up) are in: the kernel doesn’t know how to reach it.',
			zh: '网关 {gateway} 不在此命名空间里任何已启用接口的子网内：内核不知道如何到达它。',
		},
		remedy: {
			en: 'Give an interface an address of the gateway’s subnet and switch it on, then add the route.',
			zh: '先给接口配置网关所在子网的地址并启用它，再添加路由。',
		},
		source: 'ip-route(8), rtnetlink(7)',
	},
	{
		id: 'route-there-already',
		calls: routes,
		errnos: ['EEXIST'],
		test: failure => {
			const {routes, links} = networkOf(failure.pid);
			const there = routes.find(({destination}) => destination === textAt(failure, 0));
			return there && {evidence: [routeLine(failure.pid, there, links)], facts: {destination: there.destination}};
		},
		sentence: {en: 'There is a route to {destination} already.', zh: '已经有通往 {destination} 的路由。'},
		remedy: {en: 'ip route replace, or delete that one first.', zh: '用 ip route replace，或先删除已有的那条。'},
		source: 'ip-route(8)',
	},
	{
		id: 'route-not-there',
		calls: ['RTM_DELROUTE'],
		errnos: ['ESRCH'],
		test: failure => {
			const {routes, links} = networkOf(failure.pid);
			const wanted = textAt(failure, 0);
			const gateway = wordAfter(failure, 'via');
			return routes.some(route => route.destination === wanted && (gateway === undefined || route.gateway === gateway))
				? undefined
				: {
						evidence:
							routes.length === 0
								? [`RTM_GETROUTE in ${linkAt(namespacePath(failure.pid, 'net'))}: no route`]
								: routes.map(route => routeLine(failure.pid, route, links)),
						facts: {wanted},
					};
		},
		sentence: {en: 'There is no such route to {wanted}.', zh: '没有这样一条通往 {wanted} 的路由。'},
		remedy: {en: 'Name it as ip route shows it.', zh: '请按 ip route 所示的写法指定。'},
		source: 'ip-route(8)',
	},
];
