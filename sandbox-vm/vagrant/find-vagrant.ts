/**
 * Which Vagrant there is, and whether it will do.
 *
 * Whether it has a provider (VirtualBox, libvirt) is found out when a machine is brought up: only Vagrant's own plugins know.
 * @module
 */
import {execFileSync} from 'node:child_process';
import {findExecutable} from '#kernel/executable';
import {ExplainedError} from '#words/explained-error';

/** A Vagrant that can be used. */
export interface Vagrant {
	readonly path: string;
	readonly version: string;
}

/** What gets it, where apt is. Debian's own holds no provider: this one brings libvirt's. */
export const installCommand = 'apt-get install vagrant vagrant-libvirt libvirt-daemon-system';

/** Whether there is one at all. It is only looked for, not started. */
export function isVagrantInstalled(): boolean {
	return findExecutable('vagrant') !== undefined;
}

/**
 * Finds Vagrant and what it is used with.
 *
 * @throws {ExplainedError} it is missing or too old, or something else is missing, and what to do.
 */
export function findVagrant(): Vagrant {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		const here = `${process.platform} ${process.arch}`;
		throw new ExplainedError({
			en: `the vagrant sandbox takes this program’s own Node into an x86-64 Linux, and this is ${here}: use --sandbox local, or run the course inside a machine of Vagrant’s`,
			zh: `vagrant 沙箱要把本程序自带的 Node 放进 x86-64 的 Linux，而这里是 ${here}：请用 --sandbox local，或者在 Vagrant 的机器里面运行本课程`,
		});
	}
	const path = findExecutable('vagrant');
	if (path === undefined) {
		throw new ExplainedError({
			en: `there is no vagrant here: ${installCommand}`,
			zh: `这里没有 vagrant，可以这样安装：${installCommand}`,
		});
	}
	for (const [program, name] of Object.entries({ssh: 'openssh-client', tar: 'tar', setpriv: 'util-linux'})) {
		if (findExecutable(program) === undefined) {
			throw new ExplainedError({
				en: `the vagrant sandbox needs ${program}: apt-get install ${name}`,
				zh: `vagrant 沙箱需要 ${program}，可以这样安装：apt-get install ${name}`,
			});
		}
	}
	return judge(path, askVersion(path));
}

/**
 * Judges what `--version` printed.
 *
 * @throws {ExplainedError} if it is no Vagrant or too old.
 */
export function judge(path: string, answer: string): Vagrant {
	const found = /^Vagrant ((\d+)\.(\d+)\.(\d+)\S*)\s*$/m.exec(answer);
	if (found === null) {
		const said = JSON.stringify(answer.slice(0, 80));
		throw new ExplainedError({
			en: `${path} doesn’t say that it is Vagrant, but ${said}: install it anew`,
			zh: `${path} 没有说自己是 Vagrant，而是 ${said}：请重新安装`,
		});
	}
	const [, version = '', ...numbers] = found;
	if (isOlder(numbers.map(Number), oldest)) {
		throw new ExplainedError({
			en: `${path} is Vagrant ${version}, and the course needs ${oldest.join('.')} at least: ${installCommand}`,
			zh: `${path} 是 Vagrant ${version}，本课程至少需要 ${oldest.join('.')}：${installCommand}`,
		});
	}
	return {path, version};
}

/** Debian 11's: nothing older was looked at. */
const oldest = [2, 2, 14] as const;

function isOlder(version: readonly number[], than: readonly number[]): boolean {
	const index = than.findIndex((number, index) => version[index] !== number);
	return index >= 0 && version[index]! < than[index]!;
}

function askVersion(path: string): string {
	try {
		return execFileSync(path, ['--version'], {encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe']});
	} catch (cause) {
		const why = (cause as Error).message.split('\n')[0];
		throw new ExplainedError(
			{en: `${path} --version fails: ${why}`, zh: `${path} --version 运行失败：${why}`},
			{cause},
		);
	}
}
