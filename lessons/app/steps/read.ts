/**
 * A `read` step: at most a command that may be run.
 * @module
 */
import type {ReadStep} from '#lesson';
import type {Line} from '../text/line.ts';
import {commandLine} from './parts.ts';

/** The command, if there is one. */
export function readLines({command}: ReadStep, width: number): readonly Line[] {
	return command === undefined ? [] : [commandLine(command, width)];
}
