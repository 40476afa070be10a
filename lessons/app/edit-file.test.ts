import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ExplainedError} from '#words/explained-error';
import {editFile} from './edit-file.ts';
import {line, lineWidth} from './text/line.ts';

test('editFile() says in each language that there is no editor, in a line that fits', async t => {
	const {VISUAL, EDITOR} = process.env;
	t.after(() => Object.assign(process.env, {VISUAL, EDITOR}));
	Object.assign(process.env, {VISUAL: '', EDITOR: 'drydock-no-editor'});
	await assert.rejects(editFile('/tmp/pid.ts'), (error: unknown) => {
		assert.ok(error instanceof ExplainedError);
		assert.notEqual(error.text.zh, error.text.en);
		for (const text of Object.values(error.text))
			assert.ok(lineWidth(line(text)) < 80 + 'drydock-no-editor'.length - 'vi'.length, text);
		return true;
	});
});
