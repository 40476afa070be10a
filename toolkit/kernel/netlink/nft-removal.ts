/**
 * Removing things from nftables.
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
import {type Attribute, text} from '#kernel/netlink/attribute';
import {encodeMessage, type Message, NLM_F_ACK} from '#kernel/netlink/message';
import {
	batchMark,
	NFNL_MSG_BATCH_BEGIN,
	NFNL_MSG_BATCH_END,
	NFT_MSG_DELRULE,
	NFT_MSG_DELSETELEM,
	NFT_MSG_DELTABLE,
	NFTA_LIST_ELEM,
	NFTA_RULE_CHAIN,
	NFTA_RULE_HANDLE,
	NFTA_RULE_TABLE,
	NFTA_SET_ELEM_KEY,
	NFTA_SET_ELEM_LIST_ELEMENTS,
	NFTA_SET_ELEM_LIST_SET,
	NFTA_SET_ELEM_LIST_TABLE,
	NFTA_TABLE_NAME,
	nftMessage,
	type Removal,
} from '#kernel/netlink/nft-message';
import {checkAnswer, NETLINK_NETFILTER, openNetlink, receive, send, type Told} from '#kernel/netlink/socket';
import {callsAreWatched, publishCall} from '#kernel/trace';

/**
 * Removes all these things at once, or none.
 *
 * @throws {NetlinkError} `ENOENT` if one is not there, `EPERM` without CAP_NET_ADMIN.
 */
export function removeFromTables(removals: readonly Removal[]): void {
	if (removals.length === 0) return;
	const socket = openNetlink(NETLINK_NETFILTER);
	try {
		const messages = [batchMark(NFNL_MSG_BATCH_BEGIN), ...removals.map(deletion), batchMark(NFNL_MSG_BATCH_END)];
		send(socket, Buffer.concat(messages.map((message, index) => encodeMessage(message, index))));
		let answers = 0;
		while (answers < removals.length) {
			for (const reply of receive(socket)) {
				// A refusal of the whole batch bears the number of its begin.
				checkAnswer(reply, tellRemoval(removals[reply.sequence - 1] ?? removals[0]!));
				answers++;
			}
		}
		if (callsAreWatched()) for (const removal of removals) publishCall({...tellRemoval(removal), result: 0});
	} finally {
		close(socket.fd, () => {});
	}
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

function tellRemoval(removal: Removal): Told {
	switch (removal.what) {
		case 'table':
			return {call: 'NFT_MSG_DELTABLE', args: [removal.table]};
		case 'rule':
			return {call: 'NFT_MSG_DELRULE', args: [removal.table, removal.chain]};
		case 'element':
			return {call: 'NFT_MSG_DELSETELEM', args: [removal.table, removal.set]};
	}
}
