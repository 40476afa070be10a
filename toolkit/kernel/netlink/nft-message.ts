/**
 * What messages to nf_tables are made of.
 *
 * Source: include/uapi/linux/netfilter/nfnetlink.h and nf_tables.h.
 * @module
 */
import type {Attribute} from '#kernel/netlink/attribute';
import {type Message, NLM_F_REQUEST} from '#kernel/netlink/message';

/** A thing to be removed from the tables of IPv4. */
export type Removal =
	| {readonly what: 'table'; readonly table: string}
	| {readonly what: 'rule'; readonly table: string; readonly chain: string; readonly handle: Buffer}
	| {readonly what: 'element'; readonly table: string; readonly set: string; readonly key: Buffer};

/** An nfgenmsg (family, version, resource) and attributes. The type's upper byte names the subsystem. */
export function nftMessage(type: number, flags: number, attributes: readonly Attribute[]): Message {
	const header = Buffer.of(NFPROTO_IPV4, 0, 0, 0);
	return {type: (NFNL_SUBSYS_NFTABLES << 8) | type, flags: flags | NLM_F_REQUEST, header, attributes};
}

/** The begin or the end of changes that happen together. */
export function batchMark(type: number): Message {
	return {type, flags: NLM_F_REQUEST, header: Buffer.of(0, 0, 0, NFNL_SUBSYS_NFTABLES), attributes: []};
}

const NFPROTO_IPV4 = 2;
const NFNL_SUBSYS_NFTABLES = 10;
export const NFNL_MSG_BATCH_BEGIN = 16;
export const NFNL_MSG_BATCH_END = 17;
export const NFT_MSG_GETTABLE = 1;
export const NFT_MSG_DELTABLE = 2;
export const NFT_MSG_GETCHAIN = 4;
export const NFT_MSG_GETRULE = 7;
export const NFT_MSG_DELRULE = 8;
export const NFT_MSG_GETSETELEM = 13;
export const NFT_MSG_DELSETELEM = 14;
export const NFTA_TABLE_NAME = 1;
export const NFTA_CHAIN_TABLE = 1;
export const NFTA_CHAIN_NAME = 3;
export const NFTA_CHAIN_POLICY = 5;
export const NFTA_RULE_TABLE = 1;
export const NFTA_RULE_CHAIN = 2;
export const NFTA_RULE_HANDLE = 3;
export const NFTA_RULE_USERDATA = 7;
export const NFTA_SET_ELEM_LIST_TABLE = 1;
export const NFTA_SET_ELEM_LIST_SET = 2;
export const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
export const NFTA_LIST_ELEM = 1;
export const NFTA_SET_ELEM_KEY = 1;
export const NFTA_SET_ELEM_USERDATA = 6;
