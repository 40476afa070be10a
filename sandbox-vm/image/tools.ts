/**
 * The programs that an image is made with, and the packages that bring them.
 * @module
 */
import {findExecutable} from '#kernel/executable';
import type {Localized} from '#words/language';

const tools = {
	'apt-get': 'apt',
	'dpkg-deb': 'dpkg',
	mksquashfs: 'squashfs-tools',
	setpriv: 'util-linux',
	tar: 'tar',
} as const;

/** Which programs are missing here, and how to get them, in one line; undefined if none is. */
export function missingTools(path = process.env.PATH ?? ''): Localized | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64')
		return {
			en: `the machine's image is made on Linux on x86-64 only, and this is ${process.platform} on ${process.arch}`,
			zh: `机器的镜像只能在 x86-64 的 Linux 上制作，而这里是 ${process.arch} 的 ${process.platform}`,
		};
	const missing = Object.entries(tools).filter(([tool]) => findExecutable(tool, path) === undefined);
	if (missing.length === 0) return undefined;
	const names = missing.map(([tool]) => tool).join(', ');
	if (missing.some(([tool]) => tool === 'apt-get' || tool === 'dpkg-deb'))
		return {
			en: `the machine's image is made of Debian's packages by apt, and ${names} is not here: use Debian or Ubuntu`,
			zh: `机器的镜像由 apt 取 Debian 的软件包制作，而这里没有 ${names}：请用 Debian 或 Ubuntu`,
		};
	const wanted = missing.map(([, name]) => name).join(' ');
	const command = `sudo apt-get install -y --no-install-recommends ${wanted}`;
	return {
		en: `to make the machine's image, ${names} is missing: ${command}`,
		zh: `制作机器的镜像还缺 ${names}：${command}`,
	};
}
