import {Box} from 'ink';
import type {ReactNode} from 'react';
import type {Course} from '../course.ts';
import type {Size} from '../layout.ts';
import type {AppState} from '../state/app-state.ts';
import type {Line} from '../text/line.ts';
import {line} from '../text/line.ts';
import {FAINT} from '../text/theme.ts';
import {Lines} from './lines.tsx';
import {TerminalPane} from './terminal-pane.tsx';

interface LessonScreenProps {
	readonly course: Course;
	readonly state: AppState;
}

/** A lesson: text, step, shell and kernel, in the places that the layout gives them. */
export function LessonScreen({course, state}: LessonScreenProps): ReactNode {
	const view = course.getSession()?.view(state);
	if (view === undefined || state.lesson === undefined) return null;
	const {layout} = view;
	const {columns, rows} = state.size;
	const step = (
		<Titled
			title={view.stepTitle}
			lines={indented(view.step)}
			size={{...layout.step, columns: layout.step.columns + 2}}
		/>
	);
	const text = layout.text && <Lines lines={view.text} width={layout.text.columns} height={layout.text.rows} />;
	const panel = layout.panel && <Lines lines={view.panel} width={layout.panel.columns} height={layout.panel.rows} />;
	const offset = layout.kind === 'wide' ? {x: layout.text!.columns + 1, y: 2} : {x: 0, y: 1};
	const terminal = layout.terminal && (
		<TerminalPane state={state} size={layout.terminal} at={offset} isTitled={layout.kind === 'wide'} />
	);
	return (
		<Box flexDirection="column" width={columns} height={rows}>
			<Lines lines={[view.header]} width={columns} height={1} />
			{layout.kind === 'narrow' ? (
				<>
					{text ?? terminal ?? panel}
					{step}
				</>
			) : (
				<Box>
					<Box flexDirection="column">
						{text}
						{step}
					</Box>
					<Lines lines={Array.from({length: rows - 2}, () => line('│', FAINT))} width={1} height={rows - 2} />
					<Box flexDirection="column">
						{terminal}
						<Titled title={view.panelTitle} lines={view.panel} size={layout.panel!} />
					</Box>
				</Box>
			)}
			<Lines lines={[view.keys]} width={columns} height={1} />
		</Box>
	);
}

interface TitledProps {
	readonly title: Line;
	readonly lines: readonly Line[];
	readonly size: Size;
}

/** A pane under its title. */
function Titled({title, lines, size}: TitledProps): ReactNode {
	return <Lines lines={[title, ...lines]} width={size.columns} height={size.rows + 1} />;
}

function indented(lines: readonly Line[]): readonly Line[] {
	return lines.map(drawn => [...line(' '), ...drawn]);
}
