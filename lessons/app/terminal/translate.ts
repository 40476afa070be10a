/**
 * The learner's terminal sends keys in its ordinary way; a program inside may have asked for another.
 * @module
 */
import type {IModes} from '@xterm/headless';

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/** The bytes as the program inside expects them. */
export function translate(
	bytes: Buffer,
	modes: Pick<IModes, 'applicationCursorKeysMode' | 'bracketedPasteMode'>,
): Buffer {
	// Nearly everything that is typed has no escape in it.
	if (!bytes.includes(0x1b)) return bytes;
	let text = bytes.toString('latin1');
	if (!modes.bracketedPasteMode) text = text.replaceAll(PASTE_BEGINS, '').replaceAll(PASTE_ENDS, '');
	// vim and less switch the arrows to “application” mode: ESC O A instead of ESC [ A.
	if (modes.applicationCursorKeysMode) text = text.replaceAll(/\x1b\[([A-DHF])/g, '\x1bO$1');
	return Buffer.from(text, 'latin1');
}
