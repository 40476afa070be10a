/**
 * A machine kept in reserve: restored before anybody asks, so that a reset is a hand-over.
 *
 * It stands still while it waits: it costs its memory and no time of the CPU.
 * @module
 */

export interface SpareOptions<T> {
	/** Restores one. */
	readonly make: () => Promise<T>;
	/** Makes it ready, and has it stand still. One that somebody waits for is handed over without. */
	readonly lay: (machine: T) => Promise<void>;
	/** Ends one that nobody wants. */
	readonly discard: (spare: T) => Promise<void>;
	/** Whether one that has waited still lives. */
	readonly isGood: (spare: T) => boolean;
	/** What one may take of the host's memory. */
	readonly memoryBytes: number;
	/** How long the machine that was just handed over has the CPU for itself. */
	readonly restMilliseconds?: number;
}

/** At most one machine in reserve. */
export interface Spare<T> {
	/** The machine in reserve, or else a new one; a while later there is another in reserve. */
	take(): Promise<T>;
	/** Makes one now, if there is none and memory allows it. Never throws: a reserve is a convenience. */
	prepare(): Promise<void>;
	/** Ends the one in reserve, and makes no more. */
	end(): Promise<void>;
}

/** Keeps one machine in reserve from the first `take` or `prepare` on. */
export function keepSpare<T>(options: SpareOptions<T>): Spare<T> {
	const {make, lay, discard, isGood, memoryBytes, restMilliseconds = 1500} = options;
	let waiting: Promise<T | undefined> | undefined;
	let timer: NodeJS.Timeout | undefined;
	let over = false;

	const layBy = async (): Promise<T> => {
		const machine = await make();
		try {
			await lay(machine);
			return machine;
		} catch (error) {
			await discard(machine);
			throw error;
		}
	};
	const prepare = async (): Promise<void> => {
		if (over || waiting !== undefined || !memoryAllows(memoryBytes)) return;
		// What hinders the spare will hinder, and be told by, the one that is made when it's asked for.
		waiting = layBy().catch(() => undefined);
		await waiting;
	};
	return {
		prepare,
		take: async () => {
			clearTimeout(timer);
			const spare = await waiting;
			waiting = undefined;
			const machine = spare !== undefined && isGood(spare) ? spare : await make();
			// A program that has nothing else to do may end.
			timer = setTimeout(() => void prepare(), restMilliseconds).unref();
			return machine;
		},
		end: async () => {
			over = true;
			clearTimeout(timer);
			const spare = await waiting;
			waiting = undefined;
			if (spare !== undefined) await discard(spare);
		},
	};
}

/** Whether the host has room for one more machine, and as much again for everybody else. */
export function memoryAllows(memoryBytes: number): boolean {
	return process.availableMemory() > 2 * memoryBytes;
}
