/**
 * Runs a block of a slide to its end, and keeps what it printed.
 * @module
 */
import xterm from '@xterm/headless';
import {screenLines} from '#lessons/app/terminal/screen';
import {countAsWeDo} from '#lessons/app/terminal/widths';
import {type Line, lineText} from '#lessons/app/text/line';
import type {Sandbox, SandboxTerminal} from '#sandbox';
import type {Runnable} from './deck.ts';
import {isExpected, onBlockEnd, startBlock} from './run-block.ts';

/** How a block has ended. */
export interface Recording {
	readonly exitCode: number;
	/** What was printed, in its colours. */
	readonly lines: readonly Line[];
}

/** What a slide has room for. */
export const RECORDED_COLUMNS = 76;
const TERMINAL_ROWS = 24;
/** Far more than a slide shows; the rest is not kept. */
const MOST_LINES = 500;
const MOST_BYTES = 2 ** 20;

/**
 * Records a block.
 *
 * @param milliseconds when to give it up.
 * @throws {Error} if it doesn't end, or its terminal is gone first.
 */
export async function recordBlock(sandbox: Sandbox, block: Runnable, milliseconds = 60_000): Promise<Recording> {
	const terminal = await startBlock(sandbox, block, {columns: RECORDED_COLUMNS, rows: TERMINAL_ROWS});
	try {
		const {exitCode, printed} = await collect(terminal, milliseconds);
		return {exitCode, lines: await drawn(printed)};
	} finally {
		terminal.close();
	}
}

/** What is wrong with how a block has ended; undefined if it is as the slide declares. */
export function judge(block: Runnable, {exitCode, lines}: Recording): string | undefined {
	const text = lines.map(lineText).join('\n');
	if (!isExpected(block, exitCode)) {
		const wanted = block.expected === 'failure' ? 'a failure' : `exit code ${block.expected}`;
		return `exit code ${exitCode} instead of ${wanted}: ${text.trim().split('\n').at(-1) || 'it printed nothing'}`;
	}
	return block.prints === undefined || text.includes(block.prints)
		? undefined
		: `it should print “${block.prints}”, and printed: ${text.trim() || 'nothing'}`;
}

function collect(
	terminal: SandboxTerminal,
	milliseconds: number,
): Promise<{readonly exitCode: number; readonly printed: Buffer}> {
	const {promise, resolve, reject} = Promise.withResolvers<{exitCode: number; printed: Buffer}>();
	const chunks: Buffer[] = [];
	let bytes = 0;
	const timer = setTimeout(() => reject(new Error(`has not ended after ${milliseconds / 1000} s`)), milliseconds);
	terminal.onData(data => {
		if (bytes < MOST_BYTES) chunks.push(Buffer.from(data));
		bytes += data.length;
	});
	onBlockEnd(terminal, exitCode => resolve({exitCode, printed: Buffer.concat(chunks)}));
	terminal.onExit(exitCode => reject(new Error(`its terminal has ended before it (${exitCode})`)));
	return promise.finally(() => clearTimeout(timer));
}

/** The lines as a terminal shows them. What comes after the end's mark, a prompt, is not the block's. */
async function drawn(printed: Buffer): Promise<readonly Line[]> {
	const text = printed.toString('latin1');
	const end = text.indexOf('\x1b]133;D;');
	const grid = new xterm.Terminal({cols: RECORDED_COLUMNS, rows: MOST_LINES, scrollback: 0, allowProposedApi: true});
	countAsWeDo(grid);
	await new Promise<void>(resolve => grid.write(printed.subarray(0, end < 0 ? printed.length : end), resolve));
	const lines = screenLines(grid);
	grid.dispose();
	return lines.slice(0, lines.findLastIndex(line => lineText(line).trim() !== '') + 1);
}
