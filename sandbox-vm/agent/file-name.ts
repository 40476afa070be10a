/**
 * Names of files are bytes, and need not be text: only `/` and NUL are in none.
 *
 *     bytes   73  68  ff      70      no UTF-8
 *     name    s   h   U+DCFF  p       goes through JSON and node:path as any other
 *
 * The surprise: a string has room for them. Half of a surrogate pair stands for no character, so a byte that is no text can
 * hide in one, and be found again.
 *
 * Source: PEP 383, where Python calls it "surrogateescape".
 * @module
 */

/** The name that these bytes are. */
export function nameOf(bytes: Buffer): string {
	const text = bytes.toString();
	if (Buffer.from(text).equals(bytes)) return text;
	return [...bytes].map(byte => String.fromCharCode(byte < 0x80 ? byte : hidden + byte)).join('');
}

/** The bytes of a name, as the kernel takes them. */
export function bytesOf(name: string): Buffer {
	// Characters, not halves of them: with one of its own, a hidden byte is a character here.
	const parts = Array.from(name, character => {
		const byte = hiddenByte(character);
		return byte === undefined ? Buffer.from(character) : Buffer.of(byte);
	});
	return Buffer.concat(parts);
}

/** A name for people: `sh\xffp`. What it has that steers a terminal is still in it. */
export function legibleName(name: string): string {
	return Array.from(name, character => {
		const byte = hiddenByte(character);
		return byte === undefined ? character : `\\x${byte.toString(16)}`;
	}).join('');
}

/** Where bytes hide: 0x80 in U+DC80. */
const hidden = 0xdc00;

function hiddenByte(character: string): number | undefined {
	const byte = character.charCodeAt(0) - hidden;
	return byte >= 0x80 && byte <= 0xff ? byte : undefined;
}
