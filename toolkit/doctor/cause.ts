/**
 * What a failure, a cause and a diagnosis are.
 * @module
 */
import type {ErrnoName} from '#kernel/errno';
import type {Localized} from '#words/language';

/** A call that the kernel refused, while the process that made it is still there to be looked at. */
export interface Failure {
	/** Its name in its man page, or a netlink request's: `RTM_NEWLINK`. */
	readonly call: string;
	/** Its arguments as a reader should see them: as `KernelCall` has them. Paths are the process's own. */
	readonly args: readonly unknown[];
	readonly errno: ErrnoName;
	/** The process or thread that called, by its number here. */
	readonly pid: number;
	/** How many of its seccomp filters are the tracer's own, which refuse nothing. Default: none. */
	readonly tracerFilters?: number;
}

/** What a test found: lines that prove it, and the words that the sentence needs. */
export interface Found {
	/** Real lines, each with where it comes from: `/proc/4711/status: NoNewPrivs: 1`. */
	readonly evidence: readonly string[];
	/** They take the places of `{name}` in the cause's texts. */
	readonly facts?: Facts;
}

/** Words for a sentence: names and numbers are the same in every language. */
export type Facts = Readonly<Record<string, string | number | Localized>>;

/** One known reason why a call fails. */
export interface Cause {
	/** Its name for good: `pivot-root-parent-shared`. */
	readonly id: string;
	/** The calls that fail for it; none: any call may. */
	readonly calls?: readonly string[];
	readonly errnos: readonly ErrnoName[];
	/** Looks whether it holds now; it changes nothing. Undefined: it doesn't hold. */
	readonly test: (failure: Failure) => Found | undefined;
	readonly sentence: Localized;
	readonly remedy: Localized;
	/** The man page's section or the kernel's document that tells of it. */
	readonly source: string;
}

/** The true cause of a failure. */
export interface Diagnosis {
	/** The cause's id. */
	readonly cause: string;
	readonly sentence: Localized;
	readonly evidence: readonly string[];
	readonly remedy: Localized;
	readonly source: string;
}
