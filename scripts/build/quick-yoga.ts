import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Plugin} from 'esbuild';

/**
 * Starts Yoga, Ink's layout engine, at once. It is WebAssembly behind a data: address, which Yoga's own loader hands
 * to `fetch`, and that first loads Node's whole HTTP client. It also awaits it at the top level of a module, which a
 * script whose compiled code is kept (code-cache.ts) can't do.
 */
export const quickYoga: Plugin = {
	name: 'quick-yoga',
	setup(build) {
		build.onLoad({filter: /\/yoga-layout\/dist\/src\/index\.js$/}, ({path}) => ({
			contents: synchronousStart,
			resolveDir: dirname(path),
		}));
		build.onLoad({filter: /\/yoga-wasm-base64-esm\.js$/, namespace: 'file'}, ({path}) => ({
			contents: splitBinary(readFileSync(path, 'utf8')).loader,
		}));
		build.onResolve({filter: /^yoga\.wasm$/}, ({resolveDir}) => ({
			path: join(resolveDir, '../binaries/yoga-wasm-base64-esm.js'),
			namespace: 'wasm',
		}));
		build.onLoad({filter: /.*/, namespace: 'wasm'}, ({path}) => ({
			contents: splitBinary(readFileSync(path, 'utf8')).binary,
			loader: 'binary',
		}));
	},
};

const synchronousStart = `
	import load from '../binaries/yoga-wasm-base64-esm.js';
	import wrapAssembly from './wrapAssembly.js';
	import bytes from 'yoga.wasm';
	const engine = {
		instantiateWasm(imports, done) {
			const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
			done(instance);
			return instance.exports;
		},
	};
	load(engine);
	export default wrapAssembly(engine);
	export * from './generated/YGEnums.js';
`;

/** @throws if Yoga's file no longer looks as it did: then this plugin has to be looked at again. */
export function splitBinary(text: string): {readonly loader: string; readonly binary: Uint8Array} {
	const address = /"data:application\/octet-stream;base64,([^"]+)"/.exec(text);
	if (address?.[1] === undefined || !text.includes('instantiateWasm')) {
		throw new Error('yoga-layout has changed: mend scripts/build/quick-yoga.ts');
	}
	return {loader: text.replace(address[0], '""'), binary: Buffer.from(address[1], 'base64')};
}
