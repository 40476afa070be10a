import {useApp} from 'ink';
import {type ReactNode, useEffect, useSyncExternalStore} from 'react';
import {Lines} from '../../app/components/lines.tsx';
import type {Reading} from '../reading.ts';
import {screenLines} from '../view/screen-lines.ts';

interface ReaderScreenProps {
	readonly reading: Reading;
	/** Is given the way to lend the terminal to another program, such as man. */
	readonly onSuspend: (suspend: (work: () => Promise<void>) => Promise<void>) => void;
}

/** The whole screen. It draws the state and runs nothing. */
export function ReaderScreen({reading, onSuspend}: ReaderScreenProps): ReactNode {
	const {suspendTerminal} = useApp();
	useEffect(() => onSuspend(suspendTerminal), [onSuspend, suspendTerminal]);
	const state = useSyncExternalStore(reading.subscribe, reading.getState);
	return <Lines lines={screenLines(state)} width={state.size.columns} height={state.size.rows} />;
}
