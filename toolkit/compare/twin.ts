/**
 * Twins: the same container, made by another engine, for as long as it is looked at.
 * @module
 */
import type {ContainerRecord} from '#engine';
import type {Localized} from '#words/language';

/** The engines that can make one. */
export const OTHER_ENGINES = ['docker', 'podman', 'runc'] as const;

/** Another engine. */
export type OtherEngine = (typeof OTHER_ENGINES)[number];

/** A container that another engine made, and that runs. */
export interface Twin {
	/** As the engine says it: `runc version 1.1.5`. */
	readonly version: string;
	/** Its first process, by its number on the host. */
	readonly pid: number;
	/** What could not be made the same, and why. */
	readonly notes: readonly Localized[];
	/** Removes all that was made for it. Content if it was done already. */
	readonly remove: () => void;
}

/** What a twin is made after. */
export interface Original {
	readonly record: ContainerRecord;
	/** What its first process is now: by its number, and its arguments, which a shell may have replaced by exec. */
	readonly pid: number;
	readonly argv: readonly string[];
	/** A directory of the twin's own, which whoever made it removes. */
	readonly directory: string;
	/** Aborted when nobody wants the comparison any more. */
	readonly signal: AbortSignal;
}
