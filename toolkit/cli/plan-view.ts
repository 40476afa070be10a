/**
 * `--plan`: what would be done, where, and why.
 * @module
 */
import chalk from 'chalk';
import {type Created, removeContainerData} from '#engine';
import {containerPlan} from '#runtime';
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
		let place = '';
		for (const {where, module, title, why} of steps) {
			if (where !== place)
				writeOut(`${place === '' ? '' : '\n'}${chalk.bold(where === 'host' ? 'On the host' : 'In the container')}\n`);
			place = where;
			writeOut(`  ${chalk.cyan(module.padEnd(width))}  ${title}\n  ${' '.repeat(width)}  ${chalk.dim(why)}\n`);
		}
		return 0;
	} finally {
		removeContainerData(record);
		owned.release();
	}
}
