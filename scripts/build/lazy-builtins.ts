/**
 * Loads the costly modules of Node when they are first used, not where they are imported: `drydock ps` imports the code
 * that unpacks layers, and never needs zlib.
 *
 *     import_node_zlib = require("node:zlib")   ─▶   import_node_zlib = lazily("node:zlib")
 *
 * It works because esbuild writes each use as a look-up at its place: `(0, import_node_zlib.crc32)(…)`.
 * @module
 */

const costly = ['child_process', 'crypto', 'dns', 'http', 'net', 'readline', 'stream', 'tty', 'worker_threads', 'zlib'];
const loading = new RegExp(String.raw`\b(import_node_(${costly.join('|')})\d*) = require\("node:\2"\)`, 'g');

/** Goes before the bundle: `lazily(id)` is a module that isn't there yet. */
export const lazily = `
const lazily = id => {
	let loaded;
	return new Proxy({}, {get: (_, name) => (loaded ??= require(id))[name]});
};
`;

/** The text of a bundle of esbuild's, with its costly imports made lazy. */
export function withLazyBuiltins(text: string): string {
	return text.replaceAll(loading, '$1 = lazily("node:$2")');
}
