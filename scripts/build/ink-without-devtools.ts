import {readFileSync} from 'node:fs';
import type {Plugin} from 'esbuild';

/**
 * Leaves React's developer tools out for good. Ink asks for them where DEV=true is in the environment, and awaits
 * them at the top level of a module: a bundle would fail to start, and couldn't be a script.
 */
export const inkWithoutDevtools: Plugin = {
	name: 'ink-without-devtools',
	setup(build) {
		build.onLoad({filter: /\/ink\/build\/reconciler\.js$/}, ({path}) => ({
			contents: withoutDevtools(readFileSync(path, 'utf8')),
		}));
	},
};

/** @throws if Ink's file no longer looks as it did: then this plugin has to be looked at again. */
export function withoutDevtools(text: string): string {
	const question = "process.env['DEV'] === 'true'";
	if (!text.includes(question)) throw new Error('ink has changed: mend scripts/build/ink-without-devtools.ts');
	return text.replaceAll(question, 'false');
}
