/**
 * A ship in dry dock, seen from the side. A container goes on board for each lesson that is finished.
 * @module
 */
import {type Line, line, run} from '../text/line.ts';
import {ACCENT, FAINT, WARNING} from '../text/theme.ts';

const PLACES = 10;

/** The ship with its load. */
export function ship(finished: number): readonly Line[] {
	const row = (from: number): Line =>
		Array.from({length: PLACES}, (_, place) => (from + place < finished ? run('▐█▌', WARNING) : run('   ')));
	return [
		[],
		[run('      ▄▄▖  '), ...row(PLACES)],
		[run('      ███  '), ...row(0)],
		line('  ▀▀▀▀███▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▛', ACCENT),
		line('   ▜█████████████████████████████████████▛', ACCENT),
		line('    ▜███████████████████████████████████▛', ACCENT),
		line(' ▟▙    ▟▙      ▟▙      ▟▙      ▟▙     ▟▙    ▟▙', FAINT),
		line('▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔', FAINT),
	];
}
