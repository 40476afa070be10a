import {type ReactNode, useSyncExternalStore} from 'react';
import {Lines} from '../../app/components/lines.tsx';
import type {Reading} from '../reading.ts';
import {screenLines} from '../view/screen-lines.ts';

interface ReaderScreenProps {
	readonly reading: Reading;
}

/** The whole screen. It draws the state and runs nothing. */
export function ReaderScreen({reading}: ReaderScreenProps): ReactNode {
	const state = useSyncExternalStore(reading.subscribe, reading.getState);
	return <Lines lines={screenLines(state)} width={state.size.columns} height={state.size.rows} />;
}
