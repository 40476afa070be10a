/**
 * nftables: what can be asked without the `nft` program.
 *
 * Rules are a language, and `nft` speaks it; but whether a table is there, or what bears our comment, is one question
 * to the kernel. That saves the start of a process each time.
 *
 * Source: include/uapi/linux/netfilter/nf_tables.h.
 * @module
 */
import {tolerate} from '#kernel/error';
import {
	type Attribute,
	type Attributes,
	decodeAttributeList,
	decodeAttributes,
	readText,
	text,
} from '#kernel/netlink/attribute';
import {
	NFT_MSG_GETCHAIN,
	NFT_MSG_GETRULE,
	NFT_MSG_GETSETELEM,
	NFT_MSG_GETTABLE,
	NFTA_CHAIN_NAME,
	NFTA_CHAIN_POLICY,
	NFTA_CHAIN_TABLE,
	NFTA_RULE_CHAIN,
	NFTA_RULE_HANDLE,
	NFTA_RULE_TABLE,
	NFTA_RULE_USERDATA,
	NFTA_SET_ELEM_KEY,
	NFTA_SET_ELEM_LIST_ELEMENTS,
	NFTA_SET_ELEM_LIST_SET,
	NFTA_SET_ELEM_LIST_TABLE,
	NFTA_SET_ELEM_USERDATA,
	NFTA_TABLE_NAME,
	nftMessage,
	type Removal,
} from '#kernel/netlink/nft-message';
import {dump, get, NETLINK_NETFILTER, type Told, withNetlink} from '#kernel/netlink/socket';

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

/** nft keeps comments in a row of its own: type, length, value; a comment's type is 0. */
function readComment(data: Buffer | undefined): string | undefined {
	for (let offset = 0; data !== undefined && offset + 2 <= data.length; offset += 2 + data[offset + 1]!) {
		const value = data.subarray(offset + 2, offset + 2 + data[offset + 1]!);
		if (data[offset] === 0) return readText(value);
	}
	return undefined;
}
