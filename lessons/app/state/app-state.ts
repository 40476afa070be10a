/**
 * What the application knows at one moment. Immutable: a change is a new object.
 * @module
 */
import type {Language, Panel} from '#lesson';
import type {PlayerState, SandboxView} from '#lessons/state';
import type {Snapshot} from '#observe/types';
import type {Choice} from '#sandbox/choose';
import type {SandboxProgress} from '#sandbox/progress';
import type {Size, Tab} from '../layout.ts';
import type {CourseModule} from '../modules.ts';
import type {Descriptor} from '../panels/panel.ts';
import type {LiveTerminal} from '../terminal/live-terminal.ts';
import type {Narration} from './narration.ts';

/** A module on the map. */
export interface Stop {
	readonly module: CourseModule;
	/** Whether its lesson is written. */
	readonly hasLesson: boolean;
	readonly stepsDone: number;
	/** Known once the lesson was read, which is after the first frame. */
	readonly steps?: number | undefined;
	readonly isFinished: boolean;
}

/** Something that must be answered before anything else happens. */
export type Question = 'quit' | 'interrupted' | 'resetCode' | 'showCode' | 'install';

/** The lesson that is open. */
export interface OpenLesson {
	readonly player: PlayerState;
	readonly terminal?: LiveTerminal | undefined;
	/** The answer that Enter would commit to. */
	readonly choice: number;
	/** The first line of the text that is shown. */
	readonly textTop: number;
	/** What to show where there is room for one pane. */
	readonly tab: Tab;
	/** The panel that the learner turned to, instead of the lesson's. */
	readonly panel?: Panel | undefined;
	/** Whether this step's command was run for the learner. */
	readonly hasRun: boolean;
	/** The kernel's objects before the last command. */
	readonly since?: Snapshot | undefined;
	readonly descriptors: readonly Descriptor[];
	readonly descriptorsSince?: readonly Descriptor[] | undefined;
	readonly narration: Narration;
}

export interface AppState {
	readonly language: Language;
	readonly size: Size;
	readonly focus: 'course' | 'terminal';
	readonly stops: readonly Stop[];
	/** Index of the stop that Enter would open. */
	readonly selected: number;
	/** The title of a lesson on its way. */
	readonly opening?: string | undefined;
	readonly sandbox: SandboxView | {readonly state: 'idle'};
	/** Which sandbox a lesson gets; undefined until that was looked at, which is after the first frame. */
	readonly choice?: Choice | undefined;
	/** How far the sandbox has come that is made for the first time. */
	readonly preparing?: SandboxProgress | undefined;
	/** Undefined on the map. */
	readonly lesson?: OpenLesson | undefined;
	readonly question?: Question | undefined;
	readonly isHelpOpen: boolean;
	/** The first line of the help that is shown. */
	readonly helpTop: number;
	/** One line about what went wrong. */
	readonly notice?: string | undefined;
}

/** Whether there is a shell that hears keys: one that has not ended, in a sandbox that has not either. */
export function hasLiveShell({terminal, player}: Pick<OpenLesson, 'terminal' | 'player'>): boolean {
	return terminal !== undefined && player.shellExitCode === undefined && player.sandbox.state === 'running';
}

/** What the panel shows: the learner's choice, the step's, or the lesson's. */
export function currentPanel({panel, player}: OpenLesson): Panel {
	return panel ?? player.step.panel ?? player.lesson.panel;
}
