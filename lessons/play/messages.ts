/**
 * What the player itself says, in both languages.
 * @module
 */
import type {Localized} from '../lesson.ts';

export const messages = {
	noCommand: {en: 'this step shows no command to run', zh: '这一步没有可以代为运行的命令'},
	noSandbox: {en: 'there is no sandbox to run it in', zh: '没有可用的沙箱来运行'},
	starting: {
		en: 'the sandbox is still starting; this is done as soon as it is there',
		zh: '沙箱还在启动，一就绪就会执行',
	},
	freshShell: {
		en: 'something was running in your shell, so this goes into a fresh one',
		zh: '你的 shell 里有程序在运行，所以换到一个新的 shell 里演示',
	},
	notPrepared: (why: Localized): Localized => ({
		en: `the lesson can’t be prepared: ${why.en}`,
		zh: `这一课无法准备就绪：${why.zh}`,
	}),
	shellEnded: {
		en: 'your shell has ended; reset the step for a fresh one',
		zh: '你的 shell 已经结束；重置这一步即可得到新的',
	},
	sandboxEnded: {
		en: 'the sandbox has ended; reset the step for a fresh one',
		zh: '沙箱已经结束；重置这一步即可得到新的',
	},
	notYet: {en: 'not there yet', zh: '还没有达到目标'},
	lastHint: {en: 'that was the last hint', zh: '提示已经全部给出'},
	nothingToShow: {en: 'there is nothing to play here', zh: '这一步没有可以演示的内容'},
	exerciseSolved: {en: 'the solution is in its place; your own file is kept', zh: '已换成参考解答；你自己的文件已另存'},
	exerciseRestored: {
		en: 'the exercise is as it was at first; your own file is kept',
		zh: '练习已恢复原样；你自己的文件已另存',
	},
	testsSkipped: {
		en: 'some tests were skipped, for want of root: nothing is proven yet',
		zh: '有些测试因为没有 root 权限被跳过：还不能证明什么',
	},
	noWayBack: {
		en: 'this sandbox keeps no memory: R starts the step afresh',
		zh: '这个沙箱不保存内存：按 R 可以重新开始这一步',
	},
	nothingToUndo: {en: 'there is nothing to undo', zh: '没有可以撤销的了'},
	nothingToRedo: {en: 'there is nothing to redo', zh: '没有可以重做的了'},
	backAtStart: {en: 'the machine is as it was when this step began', zh: '机器回到了这一步开始时的样子'},
	backAtLeft: {en: 'the machine is as it was before the undo', zh: '机器回到了撤销之前的样子'},
	/** Where a machine was wanted and there is none. */
	withoutMachine: (why: Localized): Localized => ({
		en: `no machine could be made, so this is the local sandbox (${why.en})`,
		zh: `没能造出虚拟机，现在用的是本地沙箱（${why.zh}）`,
	}),
} as const satisfies Record<string, Localized | ((why: Localized) => Localized)>;
