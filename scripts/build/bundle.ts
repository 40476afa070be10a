import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {build, type Plugin} from 'esbuild';
import {functionAround, keepCode, starter} from './code-cache.ts';
import {inkWithoutDevtools} from './ink-without-devtools.ts';
import {lazily, withLazyBuiltins} from './lazy-builtins.ts';
import {quickFfi} from './quick-ffi.ts';
import {quickYoga} from './quick-yoga.ts';

/** Bundles each entry (name → source) into a script, the code that V8 makes of it, and the file that starts both. */
export async function bundle(
	entries: Readonly<Record<string, string>>,
	folder: string,
	plugins: readonly Plugin[] = [],
): Promise<void> {
	const {outputFiles} = await build({
		entryPoints: entries,
		outdir: folder,
		write: false,
		absWorkingDir: join(import.meta.dirname, '../..'),
		bundle: true,
		platform: 'node',
		target: 'node24',
		format: 'cjs',
		// An import on demand becomes a require on demand: it stays inside the script, or names another starter.
		supported: {'dynamic-import': false},
		banner: {js: functionAround.start + lazily},
		footer: {js: functionAround.end},
		minifySyntax: true,
		legalComments: 'none',
		logLevel: 'warning',
		define: {
			// Code that looks for files beside its own finds dist/: init.cjs stands there too, and the project above.
			'import.meta.url': 'scriptUrl',
			'import.meta.dirname': '__dirname',
			'import.meta.filename': '__filename',
			// Leaves React's checks of its callers out.
			'process.env.NODE_ENV': '"production"',
		},
		plugins: [inkWithoutDevtools, quickFfi, quickYoga, ...plugins],
	});
	for (const {path, text} of outputFiles) writeFileSync(path, inAscii(withLazyBuiltins(text)));
	for (const name of Object.keys(entries)) {
		keepCode(join(folder, `${name}.js`), join(folder, `${name}.bin`));
		writeFileSync(join(folder, `${name}.cjs`), starter(name));
	}
}

/**
 * A script that reads the same as latin1, which V8 keeps in half the memory. esbuild escapes what isn't ASCII in strings;
 * in regular expressions it leaves it.
 */
function inAscii(script: string): string {
	return script.replace(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
