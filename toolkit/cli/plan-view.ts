/**
 * `--plan`: what would be done, where, and why.
 * @module
 */
import {type Created, removeContainerData} from '#engine';
import {containerPlan} from '#runtime';
import {run} from '../../lessons/app/text/line.ts';
import {ACCENT, FAINT, STRONG} from '../../lessons/app/text/theme.ts';
import {writeLines} from './lines.ts';
import {writeOut} from './output.ts';

/** Prints the plan of a container that was created for this alone, and drops the container. */
export function printPlan({record, owned}: Created, {json}: {readonly json: boolean}): number {
	try {
		const steps = containerPlan(record.container).map(({module, title, why, where = 'container'}) => ({
			where,
			module,
			title,
			why,
		}));
		if (json) {
			writeOut(`${JSON.stringify(steps, undefined, '\t')}\n`);
			return 0;
		}
		const width = Math.max(...steps.map(step => step.module.length));
		const lines = steps.flatMap(({where, module, title, why}, index) => [
			...(index > 0 && where !== steps[index - 1]!.where ? [[]] : []),
			...(where === steps[index - 1]?.where
				? []
				: [[run(where === 'host' ? 'On the host' : 'In the container', STRONG)]]),
			[run('  '), run(module.padEnd(width), ACCENT), run(`  ${title}`)],
			[run(' '.repeat(width + 4)), run(why, FAINT)],
		]);
		writeLines(lines);
		return 0;
	} finally {
		removeContainerData(record);
		owned.release();
	}
}
