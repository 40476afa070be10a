/**
 * Runs all blocks of a deck in one disposable machine, in order, as its presenter will.
 * @module
 */
import {onEnd} from '#lessons/app/on-end';
import type {Provider} from '#sandbox';
import {createSandbox} from '#sandbox/providers';
import {type Deck, type Runnable, runnables} from './deck.ts';
import {judge, type Recording, recordBlock} from './record-block.ts';

/** A block, what it printed, and what is wrong with that. */
export interface Played {
	readonly block: Runnable;
	/** Undefined if it didn't end. */
	readonly recording?: Recording | undefined;
	readonly failure?: string | undefined;
}

/**
 * Runs a deck's blocks.
 *
 * @throws {Error} if there can be no machine here.
 */
export async function runDeck({slides}: Deck, provider: Provider = 'local'): Promise<readonly Played[]> {
	const blocks = slides.flatMap(runnables);
	if (blocks.length === 0) return [];
	const sandbox = await createSandbox(provider);
	const up = sandbox.up();
	const destroy = async () => {
		await up.catch(() => {});
		await sandbox.destroy();
	};
	const forget = onEnd({restore: () => {}, close: destroy}, process.exit);
	try {
		await up;
		const played: Played[] = [];
		for (const block of blocks) {
			try {
				const recording = await recordBlock(sandbox, block);
				played.push({block, recording, failure: judge(block, recording)});
			} catch (error) {
				played.push({block, failure: error instanceof Error ? error.message : String(error)});
			}
		}
		return played;
	} finally {
		await destroy();
		forget();
	}
}
