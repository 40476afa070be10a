import {basename} from 'node:path';
import type {Plugin} from 'esbuild';

/**
 * Leaves what the command line imports on demand from lessons/ out of its bundle, and collects it: each becomes a
 * bundle of its own, so that `drydock run` never reads React.
 *
 * @param entries filled while esbuild runs: output name → source file.
 */
export function lazyLessons(entries: Map<string, string>): Plugin {
	return {
		name: 'lazy-lessons',
		setup(build) {
			build.onResolve({filter: /lesson/}, async ({path, kind, pluginData, importer, resolveDir}) => {
				if (kind !== 'dynamic-import' || importer.includes('/lessons/') || pluginData === 'resolving') return;
				const found = await build.resolve(path, {kind, importer, resolveDir, pluginData: 'resolving'});
				if (!found.path.includes('/lessons/')) return;
				const name = basename(found.path).replace(/\.tsx?$/, '');
				entries.set(name, found.path);
				return {path: `./${name}.cjs`, external: true};
			});
		},
	};
}
