/**
 * What Vagrant's errors mean for somebody who only wants a machine: one line, with the way out.
 *
 * They are told apart by their names, which stay; their texts, of a paragraph or three, are for those who know Vagrant.
 *
 * Source: lib/vagrant/errors.rb of Vagrant 2.3.4, lib/vagrant-libvirt/errors.rb of vagrant-libvirt 0.11.2.
 * @module
 */
import {ExplainedError} from '#words/explained-error';
import type {Localized} from '#words/language';
import {installCommand} from './find-vagrant.ts';
import {lastOf, spokenLines, type VagrantEvent} from './machine-readable.ts';

/** A command of Vagrant's that failed. */
export class VagrantError extends ExplainedError {
	/** Vagrant's own name for it, without its modules: `BoxNotFound`; empty if it didn't say. */
	readonly errorName: string;

	constructor(errorName: string, text: Localized) {
		super(text);
		this.name = 'VagrantError';
		this.errorName = errorName;
	}
}

/** What is known of a command that failed. */
export interface Failure {
	readonly events: readonly VagrantEvent[];
	/** The last of what it printed on standard error. */
	readonly complaints: string;
	readonly exitCode: number | null;
}

/** The error to throw. */
export function explainFailure(command: readonly string[], failure: Failure): VagrantError {
	const [path = '', message = ''] = lastOf(failure.events, 'error-exit') ?? [];
	const name = path.split('::').at(-1) ?? '';
	const explained = explanations[name];
	if (explained !== undefined) return new VagrantError(name, explained(reasonIn(message), failure));
	const words = reasonIn(message) || lastWords(failure) || `exit code ${failure.exitCode}`;
	return new VagrantError(name, {
		en: `vagrant ${command[0]} failed: ${words}`,
		zh: `vagrant ${command[0]} 失败：${words}`,
	});
}

type Explanation = (reason: string, failure: Failure) => Localized;

const noProvider: Explanation = () => ({
	en: `Vagrant has no provider here that works: install VirtualBox, or libvirt (${installCommand})`,
	zh: `这里没有 Vagrant 能用的 provider：请安装 VirtualBox，或者 libvirt（${installCommand}）`,
});

const otherProvider: Explanation = reason => ({
	en: `the provider that Vagrant was asked for doesn’t work: ${reason}; choose another with VAGRANT_DEFAULT_PROVIDER`,
	zh: `指定的 provider 不能用：${reason}；请用 VAGRANT_DEFAULT_PROVIDER 选择别的`,
});

const noBox: Explanation = reason => ({
	en: `Vagrant can’t get the machine’s box: ${reason}; with a box at hand, vagrant box add and DRYDOCK_VAGRANT_BOX name it`,
	zh: `Vagrant 得不到机器的 box：${reason}；如果手边有 box，用 vagrant box add 加入，再用 DRYDOCK_VAGRANT_BOX 指明它的名字`,
});

const noAnswer: Explanation = reason => ({
	en: `the machine was started and can’t be reached: ${reason}; a slow host may need a second try, vagrant’s own log tells more (VAGRANT_LOG=info)`,
	zh: `机器已经启动，但连接不上：${reason}；较慢的主机可以再试一次，vagrant 自己的日志里有更多信息（VAGRANT_LOG=info）`,
});

const noVirtualBox: Explanation = reason => ({
	en: `VirtualBox doesn’t work here: ${reason}; mend it, or choose another provider with VAGRANT_DEFAULT_PROVIDER`,
	zh: `这里的 VirtualBox 不能用：${reason}；请先修好它，或者用 VAGRANT_DEFAULT_PROVIDER 选择别的 provider`,
});

const noLibvirt: Explanation = reason => ({
	en: `libvirt doesn’t answer: ${reason}; start it (systemctl start libvirtd), and let your user use it (adduser USER libvirt)`,
	zh: `libvirt 没有回应：${reason}；请启动它（systemctl start libvirtd），并让你的用户能使用它（adduser 用户名 libvirt）`,
});

const tooOld: Explanation = reason => ({
	en: `this Vagrant is too old for the course: ${reason}; ${installCommand}`,
	zh: `这个 Vagrant 对本课程来说太旧了：${reason}；${installCommand}`,
});

const busy: Explanation = () => ({
	en: 'another vagrant works on this machine: wait until it has ended',
	zh: '另一个 vagrant 正在操作这台机器：请等它结束',
});

const noSnapshots: Explanation = () => ({
	en: 'this provider of Vagrant’s takes no snapshots: use VirtualBox or libvirt',
	zh: '这个 provider 不支持快照：请使用 VirtualBox 或 libvirt',
});

/** Vagrant's own word is that a command failed. What the machine said before is the reason. */
const unready: Explanation = (reason, {events}) => {
	const words = lastSpoken(events.filter(({type, data: [kind]}) => type === 'ui' && kind !== 'error')) || reason;
	return {
		en: `the machine runs and could not be set up: ${words}; what it lacks is fetched from Debian, so it needs a way there`,
		zh: `机器在运行，但没能配置好：${words}；它缺少的软件要从 Debian 获取，所以需要网络`,
	};
};

const explanations: Readonly<Record<string, Explanation>> = {
	...named(noProvider, 'NoDefaultProvider'),
	...named(otherProvider, 'ProviderNotFound', 'ProviderNotFoundSuggestion', 'ProviderNotUsable'),
	...named(noBox, 'BoxAddNoMatchingProvider', 'BoxAddNoMatchingVersion', 'BoxAddShortNotFound', 'BoxChecksumMismatch'),
	...named(noBox, 'BoxMetadataDownloadError', 'BoxNotFound', 'BoxNotFoundWithProvider', 'BoxServerNotSet'),
	...named(noBox, 'BoxUnpackageFailure', 'BoxVerificationFailed', 'DownloaderChecksumError', 'DownloaderError'),
	...named(noAnswer, 'NoIpAddressError', 'SSHAuthenticationFailed', 'SSHConnectionRefused', 'SSHConnectionTimeout'),
	...named(noAnswer, 'SSHDisconnected', 'SSHNoRoute', 'SSHNotReady', 'VMBootBadState', 'VMBootTimeout'),
	...named(
		noVirtualBox,
		'VBoxManageError',
		'VBoxManageLaunchError',
		'VBoxManageNotFoundError',
		'VirtualBoxNotDetected',
	),
	...named(noVirtualBox, 'VirtualBoxInstallIncomplete', 'VirtualBoxInvalidVersion', 'VirtualBoxKernelModuleNotLoaded'),
	...named(noLibvirt, 'FogLibvirtConnectionError'),
	...named(tooOld, 'VagrantVersionBad'),
	...named(busy, 'EnvironmentLockedError', 'MachineActionLockedError', 'MachineLocked'),
	...named(noSnapshots, 'SnapshotNotSupported'),
	...named(unready, 'VagrantError', 'UploaderError', 'SCPUnavailable', 'SCPPermissionDenied'),
};

function named(explanation: Explanation, ...names: readonly string[]): Record<string, Explanation> {
	return Object.fromEntries(names.map(name => [name, explanation]));
}

/** The part of a message that says why: what a program that Vagrant called complained about, else its first paragraph. */
function reasonIn(message: string): string {
	const complaint = /^(?:Error|Stderr): (.+)/ms.exec(message)?.[1] ?? message;
	const paragraphs = complaint.trim().split(/\n\s*\n/);
	// "The reason is shown below:" is none.
	const end = paragraphs.findIndex(paragraph => !paragraph.endsWith(':'));
	const line = paragraphs
		.slice(0, end + 1)
		.join(' ')
		.replaceAll(/\s+/g, ' ')
		.replace(/[.;:]$/, '');
	return line.length > mostReasonLength ? `${line.slice(0, mostReasonLength)}…` : line;
}

const mostReasonLength = 300;

/** What was said last before it failed: on standard error if Vagrant itself didn't start, else by what ran in the machine. */
function lastWords({events, complaints}: Failure): string {
	const said = reasonIn(complaints);
	return said === '' ? lastSpoken(events) : said;
}

/** apt's first error, where it was apt; else the last line. */
function lastSpoken(events: readonly VagrantEvent[]): string {
	const lines = spokenLines(events).map(line => line.trim());
	return lines.find(line => line.startsWith('E: ')) ?? lines.findLast(line => line !== '') ?? '';
}
