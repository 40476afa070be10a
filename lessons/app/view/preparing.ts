/**
 * How far a machine has come that is made for the first time, in one line.
 * @module
 */
import type {AppState} from '../state/app-state.ts';
import type {Strings} from '../strings/strings.ts';

/** `Making the machine: getting packages, 40 %, 12 s left`; undefined if none is being made. */
export function preparingText({preparing}: AppState, {sandbox}: Strings): string | undefined {
	if (preparing === undefined) return undefined;
	const {phase, share, secondsLeft} = preparing;
	const percent = share === undefined ? undefined : Math.floor(share * 100);
	return sandbox.preparing(sandbox.phases[phase], percent, secondsLeft && Math.ceil(secondsLeft));
}
