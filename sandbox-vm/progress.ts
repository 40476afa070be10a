/**
 * How far a sandbox has come that is made for the first time.
 * @module
 */
import type {Phase} from './image/image.ts';
import type {TemplatePhase} from './machine/template.ts';
import type {PreparationOptions} from './qemu/preparation.ts';

/** What is being done. The image's phases come first, then its first start. */
export interface SandboxProgress {
	readonly phase: Phase | TemplatePhase;
	/** Of this phase, from 0 to 1; undefined where nobody knows. */
	readonly share?: number | undefined;
	/** Until this phase ends; undefined until that can be told. */
	readonly secondsLeft?: number | undefined;
}

/** What to hand to a preparation, so that `tell` hears of it. */
export function progressListeners(
	tell: (progress: SandboxProgress) => void,
): Required<Pick<PreparationOptions, 'onImage' | 'onTemplate'>> {
	return {
		onImage: ({phase, done, total, secondsLeft}) =>
			tell({phase, share: total > 0 ? Math.min(1, done / total) : undefined, secondsLeft}),
		onTemplate: phase => tell({phase}),
	};
}
