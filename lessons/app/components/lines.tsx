import {Box, Text} from 'ink';
import {memo, type ReactNode} from 'react';
import type {Line} from '../text/line.ts';
import {colorLevel, painter} from '../text/paint.ts';

const paint = painter(colorLevel(process.env));

interface LinesProps {
	readonly lines: readonly Line[];
	readonly width: number;
	readonly height: number;
}

/** A rectangle of lines: what is missing stays empty, what is too much isn't drawn. */
export const Lines = memo(function Lines({lines, width, height}: LinesProps): ReactNode {
	// One Text for all: Ink measures and places each Text, and a screen has hundreds of lines a second.
	const text = Array.from({length: height}, (_, row) => paint(lines[row] ?? []) || ' ').join('\n');
	return (
		<Box width={width} height={height} flexShrink={0} overflow="hidden">
			<Text wrap="truncate">{text}</Text>
		</Box>
	);
});
