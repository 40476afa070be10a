/**
 * `drydock compare`: the same container by another engine, and what is different about it.
 * @module
 */
import {findContainer, requireRunning} from '#engine';
import {type Language, languageOf} from '#words/language';
import {comparisonLines} from '../compare/comparison-view.ts';
import {writeLines} from '../lines.ts';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {terminalSize} from '../terminal.ts';
import {UsageError} from '../usage-error.ts';

interface CompareOptions {
	readonly with?: string;
	readonly json?: boolean;
	readonly language?: string;
}

/** Runs the command. @returns 0 whether they differ or not: differing is what engines do. */
export async function run(args: readonly string[]): Promise<number> {
	const parser = commandParser('compare', 'Have another engine make the same container, and tell what differs.')
		.usage('--with docker|podman|runc CONTAINER')
		.argument('<container>')
		.option('--with <engine>', 'docker, podman or runc')
		.option('--language <language>', 'en or zh')
		.option('--json', 'As one JSON document');
	return parsed(parser, args, async () => {
		const options = parser.opts<CompareOptions>();
		const language = languageFrom(options);
		const {compareWith, OTHER_ENGINES} = await import('#compare/compare');
		const engine = OTHER_ENGINES.find(name => name === options.with);
		if (engine === undefined)
			throw new UsageError(
				options.with === undefined
					? `--with is missing: there are ${OTHER_ENGINES.join(', ')}`
					: `--with ${options.with}: there are ${OTHER_ENGINES.join(', ')}`,
			);
		const record = requireRunning(findContainer(parser.args[0]!), 'compare');
		const interruption = new AbortController();
		const stop = (): void => interruption.abort();
		for (const name of SIGNALS) process.on(name, stop);
		try {
			const comparison = await compareWith(record, engine, {signal: interruption.signal});
			if (options.json === true) writeOut(`${JSON.stringify(comparison)}\n`);
			else writeLines(comparisonLines(comparison, language, Math.max(60, terminalSize().columns || 80)));
			return 0;
		} catch (error) {
			// Whoever interrupts knows why it ended; by now the other container is removed.
			if (interruption.signal.aborted) return 130;
			throw error;
		} finally {
			for (const name of SIGNALS) process.off(name, stop);
		}
	});
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function languageFrom({language}: CompareOptions): Language {
	if (language === undefined) return languageOf(process.env);
	if (language !== 'en' && language !== 'zh') throw new UsageError(`--language ${language}: there are en and zh`);
	return language;
}
