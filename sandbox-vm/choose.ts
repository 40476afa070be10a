/**
 * Which sandbox a course begins in, where nobody says: the machine if there can be one, else a container.
 *
 * Vagrant's machine takes minutes to come up: it is for those who ask for it.
 * @module
 */
import {findExecutable} from '#kernel/executable';
import type {Provider} from '#sandbox';
import {localized} from '#words/explained-error';
import type {Localized} from '#words/language';
import {installCommand} from './machine/find-qemu.ts';
import {whyNotQemu} from './qemu/why-not.ts';
import {isVagrantInstalled} from './vagrant/find-vagrant.ts';

/** The sandbox that was chosen, and what stands between the learner and a machine. */
export interface Choice {
	readonly provider: Provider;
	/** What the learner may turn to: the local one, and what is installed here. */
	readonly available: readonly Provider[];
	/** The one command that gets a machine, or else why there is none, in one line; undefined where one can be had. */
	readonly remedy?: Localized | undefined;
	/** That command, where this program may run it for the learner. */
	readonly install?: readonly string[] | undefined;
}

export interface Wishes {
	/** What the command line says: it is followed, and what hinders it is told when it is brought up. */
	readonly wanted?: Provider | undefined;
	/** What the learner chose last: it is followed where it can be. */
	readonly preferred?: Provider | undefined;
}

/** Chooses, by what is installed here. */
export function chooseSandbox({wanted, preferred}: Wishes = {}): Choice {
	const reason = whyNotQemu();
	const available = [
		'local',
		...(reason === undefined ? (['qemu'] as const) : []),
		...(isVagrantInstalled() ? (['vagrant'] as const) : []),
	] as const;
	const chosen = wanted ?? available.find(provider => provider === preferred);
	if (reason === undefined) return {provider: chosen ?? 'qemu', available};
	const install = canInstall() ? installation : undefined;
	const command = install?.join(' ') ?? (reason.en.includes(installCommand) ? installCommand : reason);
	return {provider: chosen ?? 'local', available, remedy: localized(command), install};
}

/** QEMU, and what packs a machine's image. */
const installation = [
	'apt-get',
	'install',
	'-y',
	'--no-install-recommends',
	'qemu-system-x86',
	'squashfs-tools',
] as const;

/** On Debian and Ubuntu, as root. With a QEMU of the learner's own, another one changes nothing. */
function canInstall(): boolean {
	const isRoot = process.getuid?.() === 0;
	return (
		isRoot &&
		process.arch === 'x64' &&
		process.env.DRYDOCK_QEMU === undefined &&
		findExecutable('apt-get') !== undefined
	);
}
