/**
 * What the tests of sandboxes share.
 * @module
 */
import type {SandboxTerminal} from './sandbox.ts';

/** Keeps all that a terminal writes from now on, and tells it when it is asked. */
export function listen(terminal: SandboxTerminal): () => string {
	let text = '';
	terminal.onData(data => {
		text += Buffer.from(data).toString();
	});
	return () => text;
}
