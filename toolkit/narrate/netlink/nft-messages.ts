/**
 * Requests to nf_tables: tables, chains, rules and sets.
 *
 * Source: include/uapi/linux/netfilter/{nfnetlink,nf_tables}.h.
 * @module
 */
import {decodeAttributes, readText} from '#kernel/netlink/attribute';
import type {ReceivedMessage} from '#kernel/netlink/message';
import type {SeenRequest} from './route-messages.ts';

const NFNL_SUBSYS_NFTABLES = 10;
/** nfgenmsg: family, version, resource. */
const HEADER_BYTES = 4;
const names = [
	...['NEWTABLE', 'GETTABLE', 'DELTABLE', 'NEWCHAIN', 'GETCHAIN', 'DELCHAIN', 'NEWRULE', 'GETRULE', 'DELRULE'],
	...['NEWSET', 'GETSET', 'DELSET', 'NEWSETELEM', 'GETSETELEM', 'DELSETELEM', 'NEWGEN', 'GETGEN', 'TRACE'],
	...['NEWOBJ', 'GETOBJ', 'DELOBJ', 'GETOBJ_RESET', 'NEWFLOWTABLE', 'GETFLOWTABLE', 'DELFLOWTABLE'],
] as const;
const families: Readonly<Record<number, string>> = {1: 'inet', 2: 'ip', 3: 'arp', 5: 'netdev', 7: 'bridge', 10: 'ip6'};

/** The name of a message's type: `NFT_MSG_NEWRULE`. */
export function nftMessageName(type: number): string | undefined {
	const name = type >> 8 === NFNL_SUBSYS_NFTABLES ? names[type & 0xff] : undefined;
	return name === undefined ? undefined : `NFT_MSG_${name}`;
}

/** What a request to nf_tables asks for; undefined for a message that is none. @throws {Error} if it is malformed. */
export function seeNftRequest({type, payload}: ReceivedMessage): SeenRequest | undefined {
	const call = nftMessageName(type);
	if (call === undefined) return undefined;
	const attributes = decodeAttributes(payload.subarray(HEADER_BYTES));
	const family = families[payload[0] ?? 0];
	const text = (at: number): readonly string[] => {
		const value = attributes.get(at);
		return value === undefined ? [] : [readText(value)];
	};
	const table = [family, ...text(1)].filter(word => word !== undefined).join(' ');
	return {call, args: [table, ...text(secondName(call))], looks: /_(GET\w+|NEWGEN|TRACE)$/.test(call)};
}

/** Where the thing itself has its name: a chain at 3, since 2 is its handle; a rule names its chain. */
function secondName(call: string): number {
	if (call.endsWith('TABLE')) return -1;
	return call.endsWith('CHAIN') ? 3 : 2;
}
