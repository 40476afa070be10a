/**
 * How to start a program of ours in a fresh Node: from the bundle where we run from one, else from its source.
 * @module
 */
import {fileURLToPath} from 'node:url';

/** The command that starts the init inside. */
export function initCommand(): readonly string[] {
	return programCommand(new URL('./init.ts', import.meta.url));
}

/** Init needs next to nothing of our environment, and the container must not find it in /proc/1/environ. */
export function initEnvironment(): readonly string[] {
	return process.env.DRYDOCK_DEBUG === undefined ? [] : [`DRYDOCK_DEBUG=${process.env.DRYDOCK_DEBUG}`];
}

/**
 * The command that starts the program at `source`. It depends on no working directory, and on nothing in PATH.
 *
 * In a checkout Node strips the types itself: tsx would start a helper process, which inside a container would be one
 * more process of the container's.
 *
 * @param source the program's own file, beside the caller's. In the bundle it stands under the same name, as .cjs.
 */
export function programCommand(source: URL): readonly string[] {
	const fromSource = new URL(import.meta.url).pathname.endsWith('.ts');
	const program = fileURLToPath(source);
	return [process.execPath, ...conditions(), ...leanFlags, fromSource ? program : program.replace(/\.ts$/, '.cjs')];
}

/** Fewer threads and a smaller heap: init counts as the container while it lives, and a watcher lives long. */
const leanFlags = ['--disable-warning=ExperimentalWarning', '--v8-pool-size=0', '--max-semi-space-size=1'];

/** The conditions that chose a learner's module choose it there as well: `-C exercise-pid`. */
function conditions(): readonly string[] {
	return process.execArgv.flatMap((flag, index) => {
		if (flag === '-C' || flag === '--conditions') return ['-C', process.execArgv[index + 1] ?? ''];
		return flag.startsWith('--conditions=') ? [flag] : [];
	});
}
