/**
 * Which QEMU there is, and whether it will do.
 *
 * @module
 */
import {execFileSync} from 'node:child_process';
import {accessSync, constants, realpathSync, statSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/** An emulator that can be used. */
export interface Qemu {
	readonly path: string;
	/** As it tells it, with the distribution's own part: a saved machine is only good for the very same one. */
	readonly version: string;
	readonly major: number;
	readonly minor: number;
}

/** What gets it, where apt is. */
export const installCommand = 'apt-get install --no-install-recommends qemu-system-x86';

/**
 * Finds QEMU. `DRYDOCK_QEMU` names another than the one in PATH.
 *
 * @throws {Error} one line: it is missing, too old or doesn't run, and what to do.
 */
export function findQemu(): Qemu {
	if (process.arch !== 'x64') {
		throw new Error(
			`the machine is an x86-64 one and runs this program’s own Node, which is ${process.arch} here: use --sandbox local`,
		);
	}
	const path = process.env.DRYDOCK_QEMU ?? inPath(program);
	if (path === undefined) throw new Error(`a machine needs QEMU, and there is no ${program} here: ${installCommand}`);
	return judge(path, askedVersion(path));
}

/**
 * Judges what `--version` printed.
 *
 * @throws {Error} one line, if it is no QEMU or too old.
 */
export function judge(path: string, answer: string): Qemu {
	const found = /^QEMU emulator version ((\d+)\.(\d+)\S*.*)$/m.exec(answer);
	if (found === null) throw new Error(`${path} doesn’t say that it is QEMU: ${answer.slice(0, 80)}`);
	const [, version = '', major = '', minor = ''] = found;
	if (Number(major) < oldest) {
		throw new Error(`${path} is QEMU ${major}.${minor}, and a machine needs ${oldest}.0 at least: ${installCommand}`);
	}
	return {path, version, major: Number(major), minor: Number(minor)};
}

const program = 'qemu-system-x86_64';

/** `-action`, which ends the machine instead of rebooting it, came with this one. */
const oldest = 6;

/** What programs answered, by their files: each is asked once, and again when another has come in its place. */
const answers = new Map<string, string>();

function askedVersion(path: string): string {
	const stats = statSync(path, {throwIfNoEntry: false});
	const file = [path, stats?.dev, stats?.ino, stats?.mtimeMs, stats?.size].join();
	const answer = answers.get(file) ?? askVersion(path);
	answers.set(file, answer);
	return answer;
}

function askVersion(path: string): string {
	try {
		return execFileSync(path, ['--version'], {encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe']});
	} catch (error) {
		throw new Error(`${path} --version fails: ${(error as Error).message.split('\n')[0]}`, {cause: error});
	}
}

function inPath(name: string): string | undefined {
	for (const directory of (process.env.PATH ?? '').split(delimiter)) {
		const path = join(directory, name);
		if (directory !== '' && isExecutable(path)) return realpathSync(path);
	}
	return undefined;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
