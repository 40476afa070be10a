/**
 * Told calls as lines of text.
 *
 *     unshare 4712
 *       The process gets a mount table of its own.
 *         unshare(CLONE_NEWNS) = 0  toolkit/05-mnt/mnt.ts:37
 *
 * @module
 */
import type {WriteStream} from 'node:tty';
import type {Examination} from '#doctor/doctor';
import {placeText} from '#narrate/places';
import {callText, goesOn, isUsualEnd, numberText, type Told} from '#narrate/told';
import type {Notice, TraceCost} from '#narrate/traced-call';
import type {Language, Localized} from '#words/language';
import {type Line, line, run, type Style} from '../../lessons/app/text/line.ts';
import {ACCENT, BAD, FAINT, WARNING} from '../../lessons/app/text/theme.ts';
import {wrapLine} from '../../lessons/app/text/wrap.ts';
import {linesText, widthOf} from './lines.ts';
import {causeLines} from './why-text.ts';

/** Where a sentence stands, the call below it, and a cause below that. */
const MARGINS = {sentence: 2, call: 4, cause: 6};

/** How told calls become text. */
export interface ToldStyle {
	readonly language: Language;
	/** Tells also of processes that end as everybody expects. */
	readonly all?: boolean | undefined;
	/** Where it is written; undefined for a file. */
	readonly stream?: WriteStream | undefined;
}

/** Writes told calls one after the other, and names a process where another one's calls begin. */
export function toldLines({language, all, stream}: ToldStyle): (told: Told, cause?: Examination) => string {
	let last = '';
	let before: Told | undefined;
	return (told, cause) => {
		if (all !== true && isUsualEnd(told)) return '';
		const {program, parent} = told;
		const who = `${program} ${numberText(told, language)}`;
		// Who becomes another program says itself whose child it is.
		const isChild = parent !== undefined && !told.call.startsWith('execve');
		const heading: Line = [run(who, ACCENT), ...(isChild ? line(words.child[language](parent), FAINT) : [])];
		const where = told.where === undefined ? '' : `  ${placeText(told.where)}`;
		const style = told.errno === undefined ? undefined : BAD;
		const said = goesOn(told, before) ? [] : broken(told.sentence[language], MARGINS.sentence, stream, style);
		const room = roomBeside(MARGINS.cause, stream);
		const why = cause === undefined ? [] : indented(causeLines(cause, language, room), MARGINS.cause);
		const isNext = who === last;
		last = who;
		before = told;
		return linesText(
			[
				...(isNext ? [] : [heading]),
				...said,
				...broken(`${callText(told)}${where}`, MARGINS.call, stream, FAINT),
				...why,
			],
			stream,
		);
	};
}

/** What isn't a call: a notice, or the cost. */
export function remarkLines(text: string, stream?: WriteStream): string {
	return linesText(broken(text, 0, stream, WARNING), stream);
}

/** A text with a margin, and in as many lines as the terminal needs. */
function broken(text: string, margin: number, stream: WriteStream | undefined, style?: Style): readonly Line[] {
	return indented(wrapLine(line(text, style), roomBeside(margin, stream)), margin);
}

function indented(lines: readonly Line[], margin: number): readonly Line[] {
	return lines.map(each => [run(' '.repeat(margin)), ...each]);
}

function roomBeside(margin: number, stream: WriteStream | undefined): number {
	return Math.max(20, widthOf(stream) - margin);
}

/** A notice in a sentence. */
export function noticeText(notice: Notice, language: Language): string {
	const {program} = notice;
	const count = notice.notice === 'left behind' ? notice.count : 0;
	return notices[notice.notice](program, count)[language];
}

const NOTEWORTHY_SHARE = 0.3;
/** Nobody waits longer for less. */
const NOTEWORTHY_MILLISECONDS = 10;

/** What looking took, if that was more than a small part of the command's own time. */
export function costText(
	{stops, heldMilliseconds, totalMilliseconds}: TraceCost,
	language: Language,
): string | undefined {
	const own = Math.max(totalMilliseconds - heldMilliseconds, 0);
	if (heldMilliseconds <= Math.max(own * NOTEWORTHY_SHARE, NOTEWORTHY_MILLISECONDS)) return undefined;
	const [held, all] = [heldMilliseconds, totalMilliseconds].map(value => Math.max(1, Math.round(value)));
	return language === 'zh'
		? `观察停了 ${stops} 次，约占 ${all} 毫秒中的 ${held} 毫秒：超过命令本身用时的 30 %。`
		: `To look took ${stops} stops and about ${held} of ${all} ms: over 30 % of the command’s own time.`;
}

const words = {
	child: {
		en: (parent: number) => `, a child of ${parent}`,
		zh: (parent: number) => `，${parent} 的子进程`,
	},
};

const notices: Readonly<Record<Notice['notice'], (program: string, count: number) => Localized>> = {
	'tracer let go': program => ({
		en: `${program} traces others itself, and a process has one tracer at most: it is left alone, with all that it starts.`,
		zh: `${program} 自己要跟踪其他进程，而一个进程只能有一个跟踪者：不再跟踪它和它启动的一切。`,
	}),
	'tracer below a filter': program => ({
		en: `${program} runs below this narration’s filter: calls like mount fail with ENOSYS in what it traces. Use --no-filter.`,
		zh: `${program} 处在解说的过滤器之下：它跟踪的程序里，mount 一类的调用会得到 ENOSYS。请用 --no-filter。`,
	}),
	'privileged program let go': program => ({
		en: `${program} would lose its set-user-id rights under a tracer without root: it is left alone, with all that it starts.`,
		zh: `跟踪者不是 root 时，${program} 会失去 set-user-ID 权限：不再跟踪它和它启动的一切。`,
	}),
	'foreign program': program => ({
		en: `${program} is a 32-bit program: its calls are not told.`,
		zh: `${program} 是 32 位程序，不解说它的调用。`,
	}),
	'every call stops': program => ({
		en: `No filter tells calls apart for ${program}, so each of its calls stops: it takes several times as long.`,
		zh: `${program} 没有过滤器可用，每个系统调用都要停下：用时会是平时的几倍。`,
	}),
	'left behind': (program, count) => ({
		en:
			count === 1
				? `The command has ended. It left 1 process running (${program}), which needs this narration to live: Ctrl-C ends both.`
				: `The command has ended. It left ${count} processes running (${program} …), which need this narration to live: Ctrl-C ends all.`,
		zh: `命令已经结束，但留下 ${count} 个进程（${count === 1 ? program : `${program} 等`}）在运行，离不开这个解说：按 Ctrl-C 一起结束。`,
	}),
};
