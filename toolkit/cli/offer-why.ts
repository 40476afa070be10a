/**
 * After an error that came from the kernel: its cause is looked for at once, and kept for `drydock why`.
 *
 * The doctor is large, and comes along with the command that is made of it.
 * @module
 */
import {languageOf} from '#words/language';
import {writeError} from './output.ts';

/**
 * Keeps the failure, and says where to ask if somebody reads and there is something to tell.
 *
 * @param argv the command line without `drydock`.
 */
export async function offerWhy(error: unknown, argv: readonly string[]): Promise<void> {
	if (!isOfTheKernel(error) || argv[0] === 'why') return;
	const {keepEngineFailure} = await import('./commands/why.ts');
	const kept = keepEngineFailure(error, ['drydock', ...argv].join(' '));
	// A script gets its one line of trouble and no more.
	if (kept?.diagnosis === undefined || !process.stderr.isTTY) return;
	const {linesText} = await import('./lines.ts');
	writeError(linesText([[{text: hint[languageOf(process.env)], style: {dim: true}}]], process.stderr));
}

/** Keeps that a container didn't start, so that `drydock why` can say how to look while it happens. */
export async function keepStartFailure(message: string): Promise<void> {
	const {keepEngineMessage} = await import('./commands/why.ts');
	keepEngineMessage(message, ['drydock', ...process.argv.slice(2)].join(' '));
}

/** By shape and name: a command with a bundle of its own has classes of its own. Loading the doctor takes longer than this. */
function isOfTheKernel(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	return error.name === 'KernelError' || error.name === 'InitError' || isOfTheKernel(error.cause);
}

const hint = {en: 'drydock why tells the cause', zh: '用 drydock why 查看真正的原因'};
