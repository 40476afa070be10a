/**
 * Whether to narrate, and the narrator: loaded only where somebody listens.
 * @module
 */
import type {WatchOptions} from '#engine';

/** The listeners that `--explain` asks for; none without it. */
export async function narrationFor({
	explain = false,
	explainAll = false,
}: {
	readonly explain?: boolean;
	readonly explainAll?: boolean;
}): Promise<Pick<WatchOptions, 'onStep' | 'onReport'>> {
	if (!explain && !explainAll) return {};
	const narrator = await import('./explain.ts');
	return narrator.explain({all: explainAll});
}
