/**
 * The projector's own words, in both languages.
 * @module
 */
import type {Language} from '#words/language';

const en = {
	keys: {
		next: 'next',
		run: 'run',
		again: 'run again',
		back: 'back',
		help: 'help',
		quit: 'quit',
		stay: 'stay',
		terminal: 'machine',
		leaveTerminal: 'back to the slides',
		go: 'go',
		choose: 'choose',
		close: 'close',
	},
	help: {
		title: 'Keys',
		rows: [
			['→  Space  PgDn', 'next step, then the next slide'],
			['←  PgUp', 'the slide before'],
			['↵', 'run the slide’s next block in the machine; without one, next'],
			['Tab', 'type in the machine; Ctrl-] or F12 comes back'],
			['g 7 ↵', 'go to slide 7'],
			['o', 'all slides'],
			['R', 'a fresh machine'],
			['b', 'black screen, and back'],
			['t', 'start the timer again'],
			['l', 'English or Chinese'],
			['q', 'quit'],
		],
		speaker: 'Notes, the next slide and the time, in a second terminal:',
		machine: 'The blocks run in a disposable machine. Nothing of it stays.',
	},
	overview: 'Slides',
	minutes: (minutes: number) => `${minutes} min`,
	slides: (count: number) => `${count} ${count === 1 ? 'slide' : 'slides'}`,
	/** Behind a title. */
	inBrackets: (...texts: readonly string[]) => ` (${texts.join(', ')})`,
	late: (minutes: number) => `+${minutes} min`,
	goTo: (typed: string) => `Go to slide ${typed}`,
	leave: 'Leave the slides?',
	machine: {
		title: 'machine',
		starting: 'The machine is starting…',
		preparing: (percent: number | undefined) =>
			`The machine is being made, only this once${percent === undefined ? '' : `: ${percent} %`}`,
		running: 'running',
		ended: (exitCode: number) => `exit code ${exitCode}`,
		asDeclared: (exitCode: number) => `exit code ${exitCode}, as it should`,
		notAsDeclared: (exitCode: number) => `exit code ${exitCode}, which is not what the slide says`,
		unavailable: (why: string) => `No machine here, the slides go on without: ${why}`,
		fresh: 'The machine is a fresh one.',
	},
	speaker: {
		title: 'speaker',
		waiting: (deck: string) => `Waiting for a presentation. In another terminal: drydock slides ${deck}`,
		noNotes: 'No notes for this slide.',
		next: 'Next',
		stepsLeft: (count: number) => `${count} more on this slide`,
		last: 'This is the last slide.',
		several: (names: readonly string[]) =>
			`More than one presentation is running. Follow one with drydock slides --speaker NAME: ${names.join(', ')}`,
		black: 'The screen is black.',
		notStarted: 'The time runs from the first step.',
	},
	tooSmall: (columns: number, rows: number) => `This window is ${columns}×${rows}; the slides need 60×18.`,
	noTerminal: 'drydock slides --speaker needs a terminal.',
};

export type Strings = typeof en;

const zh: Strings = {
	keys: {
		next: '下一步',
		run: '运行',
		again: '再运行',
		back: '上一页',
		help: '帮助',
		quit: '退出',
		stay: '留下',
		terminal: '机器',
		leaveTerminal: '回到幻灯片',
		go: '前往',
		choose: '选择',
		close: '关闭',
	},
	help: {
		title: '按键',
		rows: [
			['→  空格  PgDn', '下一步；这一页放完后翻到下一页'],
			['←  PgUp', '上一页'],
			['↵', '在机器里运行这一页的下一段命令；没有命令时等于下一步'],
			['Tab', '在机器里输入；按 Ctrl-] 或 F12 回来'],
			['g 7 ↵', '跳到第 7 页'],
			['o', '全部幻灯片'],
			['R', '换一台全新的机器'],
			['b', '黑屏，再按一次恢复'],
			['t', '重新计时'],
			['l', '中文或英文'],
			['q', '退出'],
		],
		speaker: '在另一个终端里看讲稿、下一页和时间：',
		machine: '命令运行在用完即弃的机器里，什么都不会留下。',
	},
	overview: '全部幻灯片',
	minutes: minutes => `${minutes} 分钟`,
	slides: count => `${count} 页`,
	inBrackets: (...texts) => `（${texts.join('，')}）`,
	late: minutes => `+${minutes} 分钟`,
	goTo: typed => `跳到第几页：${typed}`,
	leave: '要退出放映吗？',
	machine: {
		title: '机器',
		starting: '机器正在启动……',
		preparing: percent => `正在制作机器，只需要这一次${percent === undefined ? '' : `：${percent} %`}`,
		running: '正在运行',
		ended: exitCode => `退出码 ${exitCode}`,
		asDeclared: exitCode => `退出码 ${exitCode}，正该如此`,
		notAsDeclared: exitCode => `退出码 ${exitCode}，与幻灯片上说的不同`,
		unavailable: why => `这里没有机器，幻灯片照常放映：${why}`,
		fresh: '已经换上一台全新的机器。',
	},
	speaker: {
		title: '讲者',
		waiting: deck => `正在等待放映开始。请在另一个终端运行：drydock slides ${deck}`,
		noNotes: '这一页没有讲稿。',
		next: '下一页',
		stepsLeft: count => `这一页还有 ${count} 步`,
		last: '这是最后一页。',
		several: names => `有不止一场放映。请用 drydock slides --speaker 名称 指明跟随哪一场：${names.join('、')}`,
		black: '屏幕现在是黑的。',
		notStarted: '从第一次翻页开始计时。',
	},
	tooSmall: (columns, rows) => `窗口只有 ${columns}×${rows}，放映至少需要 60×18。`,
	noTerminal: 'drydock slides --speaker 需要在终端里运行。',
};

const languages: Readonly<Record<Language, Strings>> = {en, zh};

/** Everything that the projector says, in one language. */
export function stringsOf(language: Language): Strings {
	return languages[language];
}
