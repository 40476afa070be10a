import {useSyncExternalStore} from 'react';
import type {LiveTerminal, Screen} from '../terminal/live-terminal.ts';

const never = () => () => {};
const nothing = () => undefined;

/** What is on the learner's terminal, drawn again whenever a program writes. */
export function useScreen(terminal: LiveTerminal | undefined): Screen | undefined {
	return useSyncExternalStore<Screen | undefined>(terminal?.subscribe ?? never, terminal?.getScreen ?? nothing);
}
