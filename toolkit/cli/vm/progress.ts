/**
 * Tells of a machine that is being built: a line that is written over on a terminal, a line for each phase elsewhere.
 * @module
 */
import type {PreparationOptions} from '#sandbox/qemu/preparation';
import {writeError} from '../output.ts';

/** The listeners that tell it on standard error. */
export function preparationProgress(): PreparationOptions {
	let last = '';
	const tell = (phase: string, detail: string): void => {
		if (process.stderr.isTTY) writeError(`\r\x1b[K${phase}${detail}`);
		else if (phase !== last) writeError(`${phase}\n`);
		last = phase;
	};
	process.once('exit', () => {
		if (last !== '' && process.stderr.isTTY) writeError('\r\x1b[K');
	});
	return {
		onImage: ({phase, done, total, secondsLeft}) => {
			const share = total > 0 ? ` ${Math.floor((done / total) * 100)} %` : '';
			tell(
				`building the machine: ${phase}`,
				`${share}${secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`}`,
			);
		},
		onTemplate: phase => tell(`starting the machine for the first time: ${phase}`, ''),
	};
}
