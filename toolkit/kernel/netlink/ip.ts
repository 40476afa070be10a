/**
 * Addresses as people write them, and as the kernel holds them: 4 or 16 bytes.
 *
 * Source: inet_pton(3), RFC 5952 (how an IPv6 address is written).
 * @module
 */
import {isIPv4, isIPv6, SocketAddress} from 'node:net';

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

/**
 * `172.30.0.2` → its 4 bytes; `fd00::2` → its 16.
 *
 * @throws {Error} if it is neither.
 */
export function ipBytes(address: string): Buffer {
	if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
	if (isIPv6(address)) return ipv6Bytes(address);
	throw new Error(`not an IP address: ${JSON.stringify(address)}`);
}

/**
 * 4 or 16 bytes → the address as text.
 *
 * @throws {Error} for another number of bytes.
 */
export function ipText(bytes: Uint8Array): string {
	if (bytes.length === 4) return bytes.join('.');
	if (bytes.length !== 16) throw new Error(`an IP address has 4 or 16 bytes, not ${bytes.length}`);
	const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g)!;
	return new SocketAddress({address: groups.join(':'), family: 'ipv6'}).address;
}

/** The family that an address of this many bytes belongs to. */
export function familyOf(bytes: Uint8Array): number {
	return bytes.length === 4 ? AF_INET : AF_INET6;
}

/**
 * Splits `172.30.0.1/16` into its address and the length of its prefix; without a length it is the whole address.
 *
 * @throws {Error} if it is neither.
 */
export function parsePrefix(text: string): {readonly bytes: Buffer; readonly prefixBits: number} {
	const [address, length] = text.split('/', 2) as [string, string?];
	const bytes = ipBytes(address);
	const prefixBits = length === undefined ? bytes.length * 8 : Number(length);
	if (length !== undefined && !(/^\d{1,3}$/.test(length) && prefixBits <= bytes.length * 8)) {
		throw new Error(`not an address with a prefix length: ${JSON.stringify(text)}`);
	}
	return {bytes, prefixBits};
}

/** An IPv4 address as a number, so that one can count from it. */
export function ipv4Number(address: string): number {
	return ipBytes(address).readUInt32BE();
}

/** The IPv4 address of a number. */
export function ipv4FromNumber(number: number): string {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(number >>> 0);
	return ipText(bytes);
}

function ipv6Bytes(address: string): Buffer {
	// A zone (`%eth0`) says where the address is, not what it is; the last 32 bits may be written as IPv4.
	const plain = address
		.split('%')[0]!
		.replace(/[\d.]+$/, tail => (isIPv4(tail) ? ipBytes(tail).toString('hex').replace(/.{4}/, '$&:') : tail));
	const [head, tail] = plain.split('::', 2).map(side => side.split(':').filter(group => group !== '')) as [
		string[],
		string[]?,
	];
	const zeros = Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0');
	const groups = [...head, ...zeros, ...(tail ?? [])];
	return Buffer.from(groups.map(group => group.padStart(4, '0')).join(''), 'hex');
}
