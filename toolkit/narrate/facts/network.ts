/**
 * What messages to the kernel's network mean.
 * @module
 */

import {type SpokenCall, word} from '../spoken.ts';
import type {Fact} from './fact.ts';

/** What a netlink message means; undefined for another call. */
export function networkFact({call, args}: SpokenCall): Fact | undefined {
	if (call.startsWith('NFT_MSG_')) return nftFact(call.slice('NFT_MSG_'.length), args.map(word));
	if (!call.startsWith('RTM_')) return undefined;
	const [subject = '', ...words] = args.map(word);
	switch (call) {
		case 'RTM_NEWLINK':
		case 'RTM_SETLINK':
			return linkFact(subject, words);
		case 'RTM_DELLINK':
			return subject.startsWith('group ') ? ['linksRemoved', subject.slice('group '.length)] : ['linkRemoved', subject];
		case 'RTM_NEWADDR':
			return ['addressAdded', subject, wordAfter(words, 'dev') ?? ''];
		case 'RTM_DELADDR':
			return ['addressRemoved', subject, wordAfter(words, 'dev') ?? ''];
		case 'RTM_NEWROUTE':
			return subject === 'default' ? ['routeDefault', words.join(' ')] : ['routeAdded', subject, words.join(' ')];
		case 'RTM_DELROUTE':
			return ['routeRemoved', subject];
		default:
			return [call.startsWith('RTM_GET') ? 'networkAsked' : 'networkChanged', [call, subject].join(' ').trim()];
	}
}

function linkFact(name: string, words: readonly string[]): Fact {
	const kind = wordAfter(words, 'kind');
	if (kind === 'veth') return ['vethMade', name, wordAfter(words, 'peer') ?? ''];
	if (kind !== undefined) return ['linkMade', name, kind];
	const elsewhere = words.find(text => text.startsWith('netns '));
	if (elsewhere !== undefined) return ['linkMoved', name, elsewhere.slice('netns '.length)];
	const master = wordAfter(words, 'master');
	if (master !== undefined) return ['linkPlugged', name, master];
	if (words.includes('nomaster')) return ['linkUnplugged', name];
	const renamed = wordAfter(words, 'name');
	if (renamed !== undefined) return ['linkRenamed', name, renamed];
	if (words.length === 1 && words[0] === 'up') return ['linkUp', name];
	if (words.length === 1 && words[0] === 'down') return ['linkDown', name];
	return ['linkChanged', name, words.join(' ')];
}

/** nft(8) leaves it to the kernel to number what stands in braces within a rule. */
const UNNAMED = /^__(?:set|map)/;

function nftFact(message: string, [table = '', what = '']: readonly string[]): Fact {
	switch (message) {
		case 'NEWTABLE':
			return ['nftTable', table];
		case 'NEWCHAIN':
			return ['nftChain', table, what];
		case 'NEWRULE':
			return ['nftRule', table, what];
		case 'NEWSET':
			return UNNAMED.test(what) ? ['nftSetUnnamed', table] : ['nftSet', table, what];
		case 'NEWSETELEM':
			return UNNAMED.test(what) ? ['nftElementsUnnamed', table] : ['nftElements', table, what];
		case 'DELTABLE':
			return ['nftTableRemoved', table];
		case 'DELRULE':
			return ['nftRuleRemoved', table, what];
		default:
			return message.startsWith('DEL') ? ['nftRemoved', table, what] : ['nftAsked', table];
	}
}

/** `['kind veth', 'peer b']`, `peer` → `b`. */
function wordAfter(words: readonly string[], key: string): string | undefined {
	return words.find(text => text.startsWith(`${key} `))?.slice(key.length + 1);
}
