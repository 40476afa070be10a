/**
 * The learner's own editor, on the learner's own terminal.
 * @module
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';

/**
 * Opens a file and waits until the editor is closed.
 *
 * @throws {Error} if there is no editor.
 */
export async function editFile(file: string): Promise<void> {
	// $EDITOR may hold arguments (`code --wait`): the shell takes them apart.
	const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
	const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], {stdio: 'inherit'});
	const [exitCode] = await once(child, 'exit');
	if (exitCode === 127)
		throw new Error(`there is no editor ${editor}: set EDITOR, or edit ${file} elsewhere; its tests run on save`);
}
