/**
 * `--mine MODULE`: the engine with the learner's own module in the place of ours.
 *
 * Node's conditions choose whose file `#pid` is (see "imports" in package.json), and only at its start: so this starts it
 * again, from the sources, since in a bundle the choice was made long ago.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {constants} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {projectDirectory} from '#engine/project';
import packageJson from '../../package.json' with {type: 'json'};
import {marked} from './node-words.ts';
import {UsageError} from './usage-error.ts';

/** Runs drydock again with these modules from exercises/. @returns its exit code. */
export async function withMine(modules: readonly string[], args: readonly string[]): Promise<number> {
	const root = projectDirectory();
	for (const module of modules) requireExercise(root, module);
	const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href;
	const {status, signal, error} = spawnSync(
		process.execPath,
		[
			...modules.flatMap(module => ['-C', `exercise-${module}`]),
			'--import',
			tsx,
			// Node would read a file that --env-file names, wherever that stands.
			'--',
			join(root, 'toolkit/cli/main.ts'),
			...marked(args),
		],
		{stdio: 'inherit', env: {...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json')}},
	);
	if (error !== undefined) throw error;
	return signal === null ? (status ?? 125) : 128 + constants.signals[signal];
}

function requireExercise(root: string, module: string): void {
	const target = (packageJson.imports as Readonly<Record<string, string | Readonly<Record<string, string>>>>)[
		`#${module}`
	];
	const path = typeof target === 'object' ? target[`exercise-${module}`] : undefined;
	if (path === undefined) throw new UsageError(`--mine ${module}: there is no such module: try process, pid or rootfs`);
	if (!existsSync(join(root, path)))
		throw new UsageError(`--mine ${module}: ${path} is not there: this module has no exercise yet`);
}
