/**
 * Typing for the learner: lines into a shell, each one when the shell is ready for it, so that they can be followed.
 * @module
 */
import type {SandboxTerminal} from '#sandbox';

export interface TypingOptions {
	readonly signal?: AbortSignal | undefined;
	/** How long to wait for a prompt before the next line: a program in the foreground may never give it back. */
	readonly patienceMilliseconds?: number;
}

/** Output that has been silent this long is taken to be all. */
const SILENCE_MILLISECONDS = 80;

/**
 * Types lines one after the other, waiting after each until the prompt is back and the output silent.
 *
 * Rejects with the signal's reason if it is aborted.
 */
export async function typeLines(
	terminal: SandboxTerminal,
	lines: readonly string[],
	{signal, patienceMilliseconds = 4_000}: TypingOptions = {},
): Promise<void> {
	const ear = listen(terminal);
	try {
		await ear.settled(patienceMilliseconds, signal);
		for (const line of lines) {
			ear.forget();
			terminal.write(isControl(line) ? line : `${line}\r`);
			await ear.settled(patienceMilliseconds, signal);
		}
	} finally {
		ear.close();
	}
}

/** Whether a shell's output ends with a prompt. */
export function endsWithPrompt(output: string): boolean {
	const plain = output.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g, '');
	const last = plain.slice(Math.max(plain.lastIndexOf('\n'), plain.lastIndexOf('\r')) + 1);
	return /[#$>%] $/.test(last);
}

function isControl(line: string): boolean {
	return /^[\x00-\x1f\x7f]+$/.test(line);
}

interface Ear {
	forget(): void;
	settled(patienceMilliseconds: number, signal: AbortSignal | undefined): Promise<void>;
	close(): void;
}

function listen(terminal: SandboxTerminal): Ear {
	let heard = '';
	let lastAt = 0;
	const stop = terminal.onData(data => {
		heard = (heard + Buffer.from(data).toString('latin1')).slice(-4_096);
		lastAt = Date.now();
	});
	return {
		forget: () => {
			heard = '';
		},
		close: stop,
		settled: async (patience, signal) => {
			const giveUpAt = Date.now() + patience;
			while (Date.now() < giveUpAt) {
				signal?.throwIfAborted();
				if (endsWithPrompt(heard) && Date.now() - lastAt >= SILENCE_MILLISECONDS) return;
				await new Promise(resolve => setTimeout(resolve, 20));
			}
		},
	};
}
