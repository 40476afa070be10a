/**
 * Commands that do the same to several containers: each gets its turn, and one that fails does not stop the others.
 * @module
 */
import {writeError, writeOut} from './output.ts';

/**
 * Does `act` for each and prints what it returns, or which one it was.
 *
 * @param isHarmless which errors are told and don't count.
 * @returns 1 if any failed, as docker.
 */
export async function forEachContainer(
	references: readonly string[],
	act: (reference: string) => unknown,
	isHarmless: (error: unknown) => boolean = () => false,
): Promise<number> {
	let code = 0;
	for (const reference of references) {
		try {
			const told = await act(reference);
			writeOut(`${told ?? reference}\n`);
		} catch (error) {
			writeError(`drydock: ${(error as Error).message}\n`);
			if (!isHarmless(error)) code = 1;
		}
	}
	return code;
}
