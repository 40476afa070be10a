import {basename} from 'node:path';
import type {Plugin} from 'esbuild';

/** The rooms that a command opens on demand, and the commands that bring a room along: the narrator, the doctor, the map. */
const rooms = /\/(?:lessons|slides\/projector)\/|\/toolkit\/cli\/commands\/(?:compare|map|watch|why)\.ts$/;

/**
 * Leaves what is large and imported on demand out of the command line's bundle, and collects it: each becomes a bundle of
 * its own, so that `drydock run` never reads React.
 *
 * @param entries filled while esbuild runs: output name → source file.
 */
export function lazyLessons(entries: Map<string, string>): Plugin {
	return {
		name: 'lazy-lessons',
		setup(build) {
			build.onResolve(
				{filter: /lesson|projector|\/commands\//},
				async ({path, kind, pluginData, importer, resolveDir}) => {
					if (kind !== 'dynamic-import' || rooms.test(importer) || pluginData === 'resolving') return;
					const found = await build.resolve(path, {kind, importer, resolveDir, pluginData: 'resolving'});
					if (!rooms.test(found.path)) return;
					const name = basename(found.path).replace(/\.tsx?$/, '');
					entries.set(name, found.path);
					return {path: `./${name}.cjs`, external: true};
				},
			);
		},
	};
}
