import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {text, u32} from '#kernel/netlink/attribute';
import {encodeMessage, type Message, NLM_F_ACK, NLMSG_ERROR} from '#kernel/netlink/message';
import {NETLINK_NETFILTER, NETLINK_ROUTE} from '#kernel/netlink/socket';
import {nftMessageName} from './nft-messages.ts';
import {NetlinkRequests} from './requests.ts';
import {routeMessageName} from './route-messages.ts';

const socket = 'socket:[1]';
const link = (index: number, attributes: Message['attributes'], flags = NLM_F_ACK): Message => {
	const header = Buffer.alloc(16);
	header.writeInt32LE(index, 4);
	return {type: 16, flags, header, attributes};
};
const answer = (sequence: number, error: number): Buffer => {
	const header = Buffer.alloc(20);
	header.writeInt32LE(-error, 0);
	return encodeMessage({type: NLMSG_ERROR, flags: 0, header, attributes: []}, sequence);
};

test('NetlinkRequests tells a request with its answer', () => {
	const requests = new NetlinkRequests();
	const veth = link(0, [
		[3, text('boat')],
		[
			18,
			[
				[1, text('veth')],
				[2, [[1, Buffer.concat([Buffer.alloc(16), Buffer.from([9, 0, 3, 0]), Buffer.from('pier\0\0\0\0')])]]],
			],
		],
	]);
	assert.deepEqual(requests.sent(socket, NETLINK_ROUTE, encodeMessage(veth, 7)), []);
	assert.deepEqual(requests.received(socket, answer(8, 0)), [], 'another’s answer');
	assert.deepEqual(requests.received('socket:[2]', answer(7, 0)), [], 'of another socket');
	assert.deepEqual(requests.received(socket, answer(7, 17)), [
		{call: 'RTM_NEWLINK', args: ['boat', 'kind veth', 'peer pier'], looks: false, errno: 'EEXIST'},
	]);
	assert.deepEqual(requests.received(socket, answer(7, 0)), [], 'told once');
});

test('NetlinkRequests names a link that the kernel has named before', () => {
	const requests = new NetlinkRequests();
	requests.received(socket, encodeMessage(link(5, [[3, text('boat')]]), 1));
	requests.sent(socket, NETLINK_ROUTE, encodeMessage(link(5, [[10, u32(6)]]), 2));
	assert.deepEqual(requests.received(socket, answer(2, 0))[0]?.args, ['boat', 'master #6']);
});

test('NetlinkRequests takes silence for consent where no answer was asked for', () => {
	const requests = new NetlinkRequests();
	const rule: Message = {
		type: 0xa06,
		flags: 0,
		header: Buffer.of(2, 0, 0, 0),
		attributes: [
			[1, text('nat')],
			[2, text('c')],
		],
	};
	requests.sent(socket, NETLINK_NETFILTER, encodeMessage(rule, 3));
	assert.deepEqual(requests.settle(socket), [{call: 'NFT_MSG_NEWRULE', args: ['ip nat', 'c'], looks: false}]);
	requests.sent(socket, NETLINK_NETFILTER, encodeMessage({...rule, flags: NLM_F_ACK}, 4));
	assert.deepEqual(requests.settle(socket), [], 'an answer will come');
	assert.equal(requests.settle().length, 1, 'or never');
});

test('NetlinkRequests survives any bytes', () => {
	const requests = new NetlinkRequests();
	fc.assert(
		fc.property(
			fc.uint8Array({maxLength: 300}),
			fc.nat(120),
			fc.constantFrom(NETLINK_ROUTE, NETLINK_NETFILTER),
			(bytes, type, protocol) => {
				requests.sent(socket, protocol, bytes);
				requests.received(socket, bytes);
				const framed = encodeMessage({type, flags: 0, header: bytes, attributes: []}, 1);
				requests.sent(socket, protocol, framed);
				requests.received(socket, framed);
				requests.settle();
			},
		),
	);
});

test('routeMessageName() and nftMessageName() count as the kernel does', () => {
	assert.deepEqual([16, 17, 18, 19, 20, 24, 25, 28, 32, 36].map(routeMessageName), [
		...['RTM_NEWLINK', 'RTM_DELLINK', 'RTM_GETLINK', 'RTM_SETLINK', 'RTM_NEWADDR', 'RTM_NEWROUTE'],
		...['RTM_DELROUTE', 'RTM_NEWNEIGH', 'RTM_NEWRULE', 'RTM_NEWQDISC'],
	]);
	assert.equal(routeMessageName(2), undefined);
	assert.equal(nftMessageName(0xa06), 'NFT_MSG_NEWRULE');
	assert.equal(nftMessageName(16), undefined);
});
