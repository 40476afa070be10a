import {readFileSync} from 'node:fs';
import type {Plugin} from 'esbuild';

/**
 * Loads ffi-rs's native file without ffi-rs's search for it. To tell musl from glibc that search has Node write a
 * whole diagnostic report, which takes longer than everything else in it; trying one after the other is enough,
 * since npm installs only the package that fits and the other would not load.
 */
export const quickFfi: Plugin = {
	name: 'quick-ffi',
	setup(build) {
		build.onLoad({filter: /\/ffi-rs\/index\.js$/}, ({path}) => ({contents: withoutSearch(readFileSync(path, 'utf8'))}));
	},
};

const found = `
const nativeBinding = (() => {
	const {platform, arch} = process;
	const name = '@yuuang/ffi-rs-' + platform + '-' + arch;
	if (platform !== 'linux') return require(name);
	try {
		return require(name + '-gnu');
	} catch (cause) {
		try {
			return require(name + '-musl');
		} catch {
			throw cause;
		}
	}
})();
`;

/** @throws if ffi-rs's file no longer looks as it did: then this plugin has to be looked at again. */
export function withoutSearch(text: string): string {
	const start = text.indexOf('let nativeBinding = null');
	const end = text.search(/^if \(!nativeBinding\) \{$/m);
	if (start === -1 || end < start) throw new Error('ffi-rs/index.js has changed: mend scripts/build/quick-ffi.ts');
	return text.slice(0, start) + found + text.slice(end).replace('throw loadError', '').replace('if (loadError)', '');
}
