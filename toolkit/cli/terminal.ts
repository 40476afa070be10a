/**
 * This process's own terminal: its size, and its raw mode, in which every key goes to the container.
 * @module
 */

/** The terminal's size; 80×24 where there is none. */
export function terminalSize(): {readonly columns: number; readonly rows: number} {
	return {columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24};
}

/** Hands every key on without a meaning of its own, until the returned function is called. */
export function rawTerminal(): () => void {
	if (!process.stdin.isTTY) return () => {};
	process.stdin.setRawMode(true);
	return () => {
		process.stdin.setRawMode(false);
		process.stdin.pause();
	};
}
