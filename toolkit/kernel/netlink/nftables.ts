/**
 * nftables: what can be asked and removed without the `nft` program.
 *
 * Rules are a language, and `nft` speaks it; but whether a table is there, or what bears our comment, is one question
 * to the kernel, and removing it one batch. That saves the start of a process each time.
 *
 *     [batch begin] [delete …] [delete …] [batch end]     all of it happens, or nothing
 *
 * The surprise: the rules are gone when the batch is answered, but closing the socket waits until their memory is
 * free, some 10 ms. So another thread closes it.
 *
 * Source: include/uapi/linux/netfilter/nf_tables.h.
 * @module
 */
import {close} from 'node:fs';
import {tolerate} from '#kernel/error';
import {
	type Attribute,
	type Attributes,
	decodeAttributeList,
	decodeAttributes,
	readText,
	text,
} from '#kernel/netlink/attribute';
import {encodeMessage, type Message, NLM_F_ACK, NLM_F_REQUEST} from '#kernel/netlink/message';
import {
	checkAnswer,
	dump,
	get,
	NETLINK_NETFILTER,
	openNetlink,
	receive,
	send,
	type Told,
	withNetlink,
} from '#kernel/netlink/socket';
import {callsAreWatched, publishCall} from '#kernel/trace';

/** A thing to be removed from the tables of IPv4. */
export type Removal =
	| {readonly what: 'table'; readonly table: string}
	| {readonly what: 'rule'; readonly table: string; readonly chain: string; readonly handle: Buffer}
	| {readonly what: 'element'; readonly table: string; readonly set: string; readonly key: Buffer};

/** Whether there is a table of IPv4 with this name. False also in a kernel without nftables. */
export function hasTable(table: string): boolean {
	return ask('NFT_MSG_GETTABLE', NFT_MSG_GETTABLE, [[NFTA_TABLE_NAME, text(table)]], [table]) !== undefined;
}

/** What a base chain does with packets that no rule decides about; undefined if there is no such chain. */
export function chainPolicy(table: string, chain: string): 'drop' | 'accept' | undefined {
	const attributes: Attribute[] = [
		[NFTA_CHAIN_TABLE, text(table)],
		[NFTA_CHAIN_NAME, text(chain)],
	];
	const policy = ask('NFT_MSG_GETCHAIN', NFT_MSG_GETCHAIN, attributes, [table, chain])?.get(NFTA_CHAIN_POLICY);
	return policy === undefined ? undefined : policy.readUInt32BE() === 0 ? 'drop' : 'accept';
}

/** The rules of a chain that bear this comment. None if there is no such chain. */
export function findRules(table: string, chain: string, comment: string): readonly Removal[] {
	const attributes: Attribute[] = [
		[NFTA_RULE_TABLE, text(table)],
		[NFTA_RULE_CHAIN, text(chain)],
	];
	return list('NFT_MSG_GETRULE', NFT_MSG_GETRULE, attributes, [table, chain])
		.filter(rule => readComment(rule.get(NFTA_RULE_USERDATA)) === comment)
		.map(rule => ({what: 'rule', table, chain, handle: rule.get(NFTA_RULE_HANDLE)!}));
}

/** The elements of a set or map that bear this comment. None if there is no such set. */
export function findElements(table: string, set: string, comment: string): readonly Removal[] {
	const attributes: Attribute[] = [
		[NFTA_SET_ELEM_LIST_TABLE, text(table)],
		[NFTA_SET_ELEM_LIST_SET, text(set)],
	];
	return list('NFT_MSG_GETSETELEM', NFT_MSG_GETSETELEM, attributes, [table, set])
		.flatMap(answer => decodeAttributeList(answer.get(NFTA_SET_ELEM_LIST_ELEMENTS) ?? Buffer.alloc(0)))
		.map(([, element]) => decodeAttributes(element))
		.filter(element => readComment(element.get(NFTA_SET_ELEM_USERDATA)) === comment)
		.map(element => ({what: 'element', table, set, key: element.get(NFTA_SET_ELEM_KEY)!}));
}

/**
 * Removes all these things at once, or none.
 *
 * @throws {NetlinkError} `ENOENT` if one is not there, `EPERM` without CAP_NET_ADMIN.
 */
export function removeFromTables(removals: readonly Removal[]): void {
	if (removals.length === 0) return;
	const told = {call: 'NFT_MSG_DEL…', args: removals.map(tellRemoval)};
	const socket = openNetlink(NETLINK_NETFILTER);
	try {
		const messages = [batchMark(NFNL_MSG_BATCH_BEGIN), ...removals.map(deletion), batchMark(NFNL_MSG_BATCH_END)];
		send(socket, Buffer.concat(messages.map((message, index) => encodeMessage(message, index))));
		let answers = 0;
		while (answers < removals.length) {
			for (const reply of receive(socket)) {
				// A refusal of the whole batch bears the number of its begin.
				checkAnswer(reply, told);
				answers++;
			}
		}
		if (callsAreWatched()) publishCall({...told, result: 0});
	} finally {
		close(socket.fd, () => {});
	}
}

function ask(call: string, type: number, attributes: readonly Attribute[], args: readonly string[]) {
	const message = nftMessage(type, 0, attributes);
	const reply = withTables(socket => get(socket, message, {call, args}));
	return reply === undefined ? undefined : decodeAttributes(reply.subarray(4));
}

function list(
	call: string,
	type: number,
	attributes: readonly Attribute[],
	args: readonly string[],
): readonly Attributes[] {
	const message = nftMessage(type, 0, attributes);
	const told: Told = {call, args};
	return withTables(socket => dump(socket, message, told))?.map(reply => decodeAttributes(reply.subarray(4))) ?? [];
}

/** What isn't there yields undefined, also where the kernel has no nftables at all, or only root may ask. */
function withTables<T>(use: Parameters<typeof withNetlink<T>>[1]): T | undefined {
	return tolerate(['ENOENT', 'EPROTONOSUPPORT', 'EINVAL', 'ENOTSUP', 'EPERM'], () =>
		withNetlink(NETLINK_NETFILTER, use),
	);
}

function deletion(removal: Removal): Message {
	switch (removal.what) {
		case 'table':
			return nftMessage(NFT_MSG_DELTABLE, NLM_F_ACK, [[NFTA_TABLE_NAME, text(removal.table)]]);
		case 'rule':
			return nftMessage(NFT_MSG_DELRULE, NLM_F_ACK, [
				[NFTA_RULE_TABLE, text(removal.table)],
				[NFTA_RULE_CHAIN, text(removal.chain)],
				[NFTA_RULE_HANDLE, removal.handle],
			]);
		case 'element': {
			const element: Attribute = [NFTA_LIST_ELEM, [[NFTA_SET_ELEM_KEY, removal.key]]];
			return nftMessage(NFT_MSG_DELSETELEM, NLM_F_ACK, [
				[NFTA_SET_ELEM_LIST_TABLE, text(removal.table)],
				[NFTA_SET_ELEM_LIST_SET, text(removal.set)],
				[NFTA_SET_ELEM_LIST_ELEMENTS, [element]],
			]);
		}
	}
}

/** An nfgenmsg (family, version, resource) and attributes. The type's upper byte names the subsystem. */
function nftMessage(type: number, flags: number, attributes: readonly Attribute[]): Message {
	const header = Buffer.of(NFPROTO_IPV4, 0, 0, 0);
	return {type: (NFNL_SUBSYS_NFTABLES << 8) | type, flags: flags | NLM_F_REQUEST, header, attributes};
}

function batchMark(type: number): Message {
	return {type, flags: NLM_F_REQUEST, header: Buffer.of(0, 0, 0, NFNL_SUBSYS_NFTABLES), attributes: []};
}

function tellRemoval(removal: Removal): string {
	if (removal.what === 'table') return `table ip ${removal.table}`;
	const inside = removal.what === 'rule' ? removal.chain : removal.set;
	return `${removal.what} of ip ${removal.table} ${inside}`;
}

/** nft keeps comments in a row of its own: type, length, value; a comment's type is 0. */
function readComment(data: Buffer | undefined): string | undefined {
	for (let offset = 0; data !== undefined && offset + 2 <= data.length; offset += 2 + data[offset + 1]!) {
		const value = data.subarray(offset + 2, offset + 2 + data[offset + 1]!);
		if (data[offset] === 0) return readText(value);
	}
	return undefined;
}

const NFPROTO_IPV4 = 2;
const NFNL_SUBSYS_NFTABLES = 10;
const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFT_MSG_GETTABLE = 1;
const NFT_MSG_DELTABLE = 2;
const NFT_MSG_GETCHAIN = 4;
const NFT_MSG_GETRULE = 7;
const NFT_MSG_DELRULE = 8;
const NFT_MSG_GETSETELEM = 13;
const NFT_MSG_DELSETELEM = 14;
const NFTA_TABLE_NAME = 1;
const NFTA_CHAIN_TABLE = 1;
const NFTA_CHAIN_NAME = 3;
const NFTA_CHAIN_POLICY = 5;
const NFTA_RULE_TABLE = 1;
const NFTA_RULE_CHAIN = 2;
const NFTA_RULE_HANDLE = 3;
const NFTA_RULE_USERDATA = 7;
const NFTA_SET_ELEM_LIST_TABLE = 1;
const NFTA_SET_ELEM_LIST_SET = 2;
const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
const NFTA_LIST_ELEM = 1;
const NFTA_SET_ELEM_KEY = 1;
const NFTA_SET_ELEM_USERDATA = 6;
