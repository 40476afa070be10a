/**
 * Which QEMU there is, and whether it will do.
 *
 * @module
 */
import {execFileSync} from 'node:child_process';
import {realpathSync, statSync} from 'node:fs';
import {findExecutable} from '#kernel/executable';
import {ExplainedError} from '#words/explained-error';

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
		throw new ExplainedError({
			en: `the machine is an x86-64 one and runs this program’s own Node, which is ${process.arch} here: use --sandbox local`,
			zh: `这台机器是 x86-64 的，用的是本程序自己的 Node，而这里的 Node 是 ${process.arch}：请用 --sandbox local`,
		});
	}
	const path = process.env.DRYDOCK_QEMU ?? inPath();
	if (path === undefined)
		throw new ExplainedError({
			en: `a machine needs QEMU, and there is no ${program} here: ${installCommand}`,
			zh: `机器需要 QEMU，而这里没有 ${program}：${installCommand}`,
		});
	return judge(path, askedVersion(path));
}

/**
 * Judges what `--version` printed.
 *
 * @throws {Error} one line, if it is no QEMU or too old.
 */
export function judge(path: string, answer: string): Qemu {
	const found = /^QEMU emulator version ((\d+)\.(\d+)\S*.*)$/m.exec(answer);
	if (found === null)
		throw new ExplainedError({
			en: `${path} doesn’t say that it is QEMU: ${answer.slice(0, 80)}`,
			zh: `${path} 没有自称是 QEMU：${answer.slice(0, 80)}`,
		});
	const [, version = '', major = '', minor = ''] = found;
	if (Number(major) < oldest) {
		throw new ExplainedError({
			en: `${path} is QEMU ${major}.${minor}, and a machine needs ${oldest}.0 at least: ${installCommand}`,
			zh: `${path} 是 QEMU ${major}.${minor}，而机器至少需要 ${oldest}.0：${installCommand}`,
		});
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
		const [words] = (error as Error).message.split('\n');
		const text = {en: `${path} --version fails: ${words}`, zh: `${path} --version 失败：${words}`};
		throw new ExplainedError(text, {cause: error});
	}
}

function inPath(): string | undefined {
	const found = findExecutable(program);
	return found === undefined ? undefined : realpathSync(found);
}
