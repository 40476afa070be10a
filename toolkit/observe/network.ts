/**
 * Reads network stacks: links, addresses and routes, one stack for each network namespace.
 *
 *     our thread ──setns──▶ theirs ──"RTM_GETLINK"──▶ kernel ──▶ back home
 *
 * A netlink socket speaks of the namespace that it was opened in, so one is opened there.
 *
 * Sources: rtnetlink(7), network_namespaces(7).
 * @module
 */
import {tolerate} from '#kernel/error';
import {comingBack, joinNamespace, namespacePath} from '#kernel/namespace';
import {listAddresses} from '#kernel/netlink/addresses';
import {listLinks} from '#kernel/netlink/links';
import {listRoutes} from '#kernel/netlink/routes';
import {readNamespaceId} from '#observe/links';
import type {NamespaceId, ObservedNetNamespace} from '#observe/types';

/**
 * Reads a network namespace through a process that is in it. The observer's own needs no privilege, another one
 * CAP_SYS_ADMIN.
 *
 * @returns undefined if the process has gone or its namespace isn't ours to enter.
 */
export function readNetNamespace(id: NamespaceId, through: number): ObservedNetNamespace | undefined {
	if (id === readNamespaceId('thread-self', 'net')) return {id, through, ...readNetwork()};
	return tolerate(['ENOENT', 'ESRCH', 'EACCES', 'EPERM'], () =>
		comingBack(['net'], () => {
			joinNamespace(namespacePath(through, 'net'), 'net');
			return {id, through, ...readNetwork()};
		}),
	);
}

/** The network of the calling thread's namespace. */
export function readNetwork(): Pick<ObservedNetNamespace, 'links' | 'routes'> {
	const links = listLinks();
	const addresses = listAddresses();
	const nameByIndex = new Map(links.map(({index, name}) => [index, name]));
	return {
		links: links.map(({group: _, ...link}) => ({
			...link,
			addresses: addresses.filter(({linkIndex}) => linkIndex === link.index).map(({address}) => address),
		})),
		routes: listRoutes().map(({destination, gateway, linkIndex, source}) => ({
			destination,
			gateway,
			// A route that refuses, or has several ways, has no one link.
			link: nameByIndex.get(linkIndex) ?? '',
			source,
		})),
	};
}
