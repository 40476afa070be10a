/**
 * The learner's own editor, on the learner's own terminal.
 * @module
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {ExplainedError} from '#words/explained-error';

/**
 * Opens a file and waits until the editor is closed.
 *
 * @throws {ExplainedError} if there is no editor: one line, as short as the place where it is told.
 */
export async function editFile(file: string): Promise<void> {
	// $EDITOR may hold arguments (`code --wait`): the shell takes them apart.
	const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
	const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit'});
	const [exitCode] = await once(child, 'exit');
	if (exitCode !== 127) return;
	throw new ExplainedError({
		en: `there is no editor ${editor}: set EDITOR, or use another; tests run on save`,
		zh: `没有编辑器 ${editor}：请设置 EDITOR，或另用编辑器打开文件；保存后自动运行测试`,
	});
}
