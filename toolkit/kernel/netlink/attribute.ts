/**
 * Attributes: how netlink carries values, each with its length and type before it.
 *
 *     ┌────────┬──────┬───────────────┬─────┐
 *     │ length │ type │ value …       │ pad │   length counts itself and the type, but not the pad
 *     └────────┴──────┴───────────────┴─────┘
 *       2 bytes  2      length - 4      to a multiple of 4
 *
 * A value may itself be a row of attributes. Numbers are in the machine's own byte order, which on x86-64 and
 * arm64 is little-endian; nf_tables alone speaks big-endian, as the network does.
 *
 * Source: netlink(7), include/uapi/linux/netlink.h.
 * @module
 */

/** An attribute to be sent: its type and its value, which for a nested one is a list of attributes. */
export type Attribute = readonly [type: number, value: Uint8Array | readonly Attribute[]];

/** Attributes that were received, by type. Where a type comes twice the last one counts, as in the kernel. */
export type Attributes = ReadonlyMap<number, Buffer>;

const HEADER_BYTES = 4;
const NLA_F_NESTED = 0x8000;
/** The two upper bits of a type are flags: nested, and "in network byte order". */
const TYPE_MASK = 0x3fff;

/**
 * Writes attributes one after the other, each padded to 4 bytes.
 *
 * @throws {RangeError} if a value is longer than the 16-bit length can tell.
 */
export function encodeAttributes(attributes: readonly Attribute[]): Buffer {
	return Buffer.concat(attributes.map(encodeAttribute));
}

/**
 * Reads a row of attributes. A length that doesn't fit into what is there is refused, not trusted.
 *
 * @throws {Error} for a malformed row.
 */
export function decodeAttributes(bytes: Uint8Array): Attributes {
	return new Map(decodeAttributeList(bytes));
}

/** The same in order, with repetitions: some nests are lists. */
export function decodeAttributeList(bytes: Uint8Array): readonly (readonly [type: number, value: Buffer])[] {
	const buffer = view(bytes);
	const found: (readonly [number, Buffer])[] = [];
	let offset = 0;
	while (offset + HEADER_BYTES <= buffer.length) {
		const length = buffer.readUInt16LE(offset);
		if (length < HEADER_BYTES || offset + length > buffer.length) {
			throw new Error(`netlink: an attribute of ${length} bytes where ${buffer.length - offset} are left`);
		}
		const type = buffer.readUInt16LE(offset + 2) & TYPE_MASK;
		found.push([type, buffer.subarray(offset + HEADER_BYTES, offset + length)]);
		offset += align(length);
	}
	return found;
}

/** A 32-bit number as a value. */
export function u32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value >>> 0);
	return bytes;
}

/** An 8-bit number as a value. */
export function u8(value: number): Buffer {
	return Buffer.of(value);
}

/** A string as a value, with its NUL. */
export function text(value: string): Buffer {
	return Buffer.from(`${value}\0`);
}

/** The string in a value, without its NUL. */
export function readText(value: Uint8Array): string {
	const end = value.indexOf(0);
	return view(value)
		.subarray(0, end === -1 ? value.length : end)
		.toString();
}

/** Rounds a length up to where the next attribute or message begins. */
export function align(length: number): number {
	return (length + 3) & ~3;
}

/** The same bytes as a Buffer, without a copy. */
export function view(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encodeAttribute([type, value]: Attribute): Buffer {
	const nested = !(value instanceof Uint8Array);
	const payload = nested ? encodeAttributes(value) : value;
	const length = HEADER_BYTES + payload.length;
	if (length > 0xffff) throw new RangeError(`netlink: an attribute of ${payload.length} bytes is too long`);
	const bytes = Buffer.alloc(align(length));
	bytes.writeUInt16LE(length, 0);
	bytes.writeUInt16LE(nested ? type | NLA_F_NESTED : type, 2);
	bytes.set(payload, HEADER_BYTES);
	return bytes;
}
