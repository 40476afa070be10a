/**
 * A lesson that is open: its player, its machine, and the way to draw it. Loaded when the first lesson is opened, so
 * that the map's first frame waits for none of it.
 * @module
 */
import type {LessonPlayer} from '#lessons/player';
import type {SandboxTerminal, TerminalSize} from '#sandbox';
import type {Descriptor} from '../panels/panel.ts';
import type {LiveTerminal} from '../terminal/live-terminal.ts';
import type {LessonView} from '../view/lesson-view.ts';
import type {AppState} from './app-state.ts';

/** What the course needs of an open lesson. */
export interface LessonSession {
	readonly player: LessonPlayer;
	/** Draws a pty. */
	openTerminal(pty: SandboxTerminal, size: TerminalSize): LiveTerminal;
	/** The open files of the learner's processes. */
	readDescriptors(): Promise<readonly Descriptor[]>;
	/** Has the learner's shell narrated from here on, if that is possible and isn't done yet. */
	narrate(): void;
	/** The whole lesson's screen as lines. Pure. */
	view(state: AppState): LessonView | undefined;
	/** Ends the player, and the sandbox with all that is in it. */
	close(): Promise<void>;
}
