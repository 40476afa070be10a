/**
 * Watches for a machine's end: the guest's doing, ours, or QEMU's.
 * @module
 */
import {explanationOf} from '#words/explained-error';
import type {Localized} from '#words/language';
import {type Machine, type MachineEnd, readConsole} from './machine.ts';
import type {Qmp} from './qmp.ts';

export interface Watched {
	readonly qmp: Qmp;
	/** Aborted when QEMU has ended. */
	readonly gone: AbortSignal;
	/** Ends QEMU, and returns when it has gone. */
	readonly kill: () => Promise<void>;
	/** Removes what is left. */
	readonly forget: () => void;
	/** Whether the guest has come to its end already, and QEMU waits for somebody to read its console. */
	readonly over?: boolean;
}

/** The two members of a machine that tell of its end and bring it about. */
export function watchEnd({qmp, gone, kill, forget, over = false}: Watched): Pick<Machine, 'ended' | 'stop'> {
	const end = Promise.withResolvers<MachineEnd>();
	let asked = false;
	// QEMU stays, stopped, until its console has been read.
	const finish = async (by: MachineEnd['by'], because: Localized): Promise<void> => {
		const console = await readConsole(qmp).catch(() => '');
		await kill();
		end.resolve({by: asked ? 'asked' : by, because: panicIn(console) ?? because, console});
	};
	qmp.onEvent(({event, data}) => {
		if (event === 'SHUTDOWN')
			void finish(
				'guest',
				reasons[String(data.reason)] ?? {en: `it ended: ${data.reason}`, zh: `它停止了：${data.reason}`},
			);
	});
	const died = (): void => void finish('died', asked ? stopped : explanationOf(gone.reason));
	if (over) void finish('guest', unseen);
	if (gone.aborted) died();
	else gone.addEventListener('abort', died, {once: true});
	const ended = end.promise.then(told => {
		forget();
		return told;
	});
	return {
		ended,
		stop: async () => {
			asked = true;
			await kill();
			await ended;
		},
	};
}

/** The last words of a kernel: QEMU can't tell a panic from a reboot. What a guest prints is nothing to believe in. */
function panicIn(console: string): Localized | undefined {
	const words = /Kernel panic - not syncing: ([\x20-\x7e]{1,200})/.exec(console)?.[1];
	return words === undefined
		? undefined
		: {en: `the guest’s kernel panicked: ${words}`, zh: `机器的内核崩溃（panic）：${words}`};
}

/** QEMU's words for it, and ours. A kernel that panics reboots, by `panic=-1`. */
const reasons: Readonly<Record<string, Localized>> = {
	'guest-shutdown': {en: 'the guest shut itself down', zh: '机器自己关机了'},
	'guest-reset': {
		en: 'the guest’s kernel panicked, or the guest rebooted',
		zh: '机器的内核崩溃（panic），或机器自己重启了',
	},
	'guest-panic': {en: 'the guest’s kernel panicked', zh: '机器的内核崩溃（panic）'},
};

const stopped: Localized = {en: 'it was stopped', zh: '它被停止了'};
const unseen: Localized = {
	en: 'the guest shut down, rebooted or panicked while nobody looked',
	zh: '无人查看期间，机器关机、重启或内核崩溃了',
};
