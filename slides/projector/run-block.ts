/**
 * A block of a slide, run in the disposable machine on a pty.
 *
 *     bash (the slide's) ──▶ bash BLOCK ──▶ its programs
 *       └─ when that has ended: a mark with its exit code, then a prompt
 *
 * One way for all: what an audience sees, what the tests judge and what an export records is started by the same command.
 * Each block has a bash of its own. So files and mounts of the machine stay from slide to slide, variables don't.
 *
 * The surprise: the end of a program can't be seen on a terminal. Its exit code travels in the stream, in an escape
 * sequence that terminals ignore and that shells use to tell where a command has ended.
 *
 * Sources: console_codes(4) for OSC; the sequence 133;D is FinalTerm's, and iTerm2's and VS Code's after it.
 * @module
 */
import type {Sandbox, SandboxTerminal, TerminalSize} from '#sandbox';
import type {Runnable} from './deck.ts';

/** Where a block lies in the machine. As files, the blocks look like programs in `ps`, and not like a page of text. */
const FOLDER = '/tmp/.slide';

/** The trap keeps a Ctrl-C for the block; a trap is not inherited by what is executed. A bash without a prompt forgets PS1. */
const shell = String.raw`trap : INT
bash ${FOLDER}/block
printf '\033]133;D;%d\033\\' $?
exec env PS1='\h:\w\$ ' bash --norc --noprofile -i
`;

/** A bash that still reads the block before keeps its file: the new one takes only the name. */
const prepare = 'mkdir -p "$0" && cat > "$0/next" && mv "$0/next" "$0/block" && printf %s "$1" > "$0/shell"';

const END_MARK = /\x1b\]133;D;(\d{1,3})\x1b\\/;
/** Longer than the mark, so that it is found though it comes in two pieces. */
const MARK_ROOM = 32;

/**
 * Starts a block. Its terminal has a prompt when the block has ended.
 *
 * @throws {Error} if the machine is gone, or so ruined that nothing can be started in it.
 */
export async function startBlock(sandbox: Sandbox, {code}: Runnable, size: TerminalSize): Promise<SandboxTerminal> {
	const {exitCode, stderr} = await sandbox.exec(['sh', '-c', prepare, FOLDER, shell], {input: `${code}\n`});
	if (exitCode !== 0)
		throw new Error(`nothing can be started in the machine: ${stderr.trim() || `exit code ${exitCode}`}`);
	return sandbox.shell(size, ['bash', `${FOLDER}/shell`]);
}

/** Calls `listener` once with the block's exit code. */
export function onBlockEnd(terminal: SandboxTerminal, listener: (exitCode: number) => void): void {
	let tail = '';
	const ignore = terminal.onData(data => {
		tail += Buffer.from(data).toString('latin1');
		const exitCode = END_MARK.exec(tail)?.[1];
		tail = tail.slice(-MARK_ROOM);
		if (exitCode === undefined) return;
		// Not at once: the terminal may be calling us from within the call that returns `ignore`.
		queueMicrotask(() => ignore());
		listener(Number(exitCode));
	});
}

/** Whether an exit code is the one that the slide declares. */
export function isExpected({expected}: Runnable, exitCode: number): boolean {
	return expected === 'failure' ? exitCode !== 0 : exitCode === expected;
}
