/**
 * What is said of a run: a line for each file, what failed with its reason, and one line for the whole.
 * @module
 */
import type {FileResult} from './run-file.ts';

/** One line: how a file went. */
export function fileLine({file, seconds, reports, fault}: FileResult, number: number, total: number): string {
	const counts = countsOf(reports);
	const told = [
		`${counts.passed} pass`,
		...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
		...(counts.failed > 0 ? [`${counts.failed} fail`] : []),
	].join(', ');
	const mark = fault === undefined && counts.failed === 0 ? '✔' : '✖';
	const place = `${String(number).padStart(String(total).length)}/${total}`;
	return `${mark} ${place} ${file}  ${told}  ${seconds.toFixed(0)} s${fault === undefined ? '' : `  ${firstLine(fault)}`}`;
}

/** The lines that tell why a file failed; none if it didn't. */
export function faultLines({file, reports, fault}: FileResult): readonly string[] {
	const failures = reports.flatMap(report =>
		report.kind === 'failed' ? [`  ✖ ${report.test}`, ...indented(report.message)] : [],
	);
	return failures.length === 0 && fault === undefined ? [] : [file, ...failures, ...indented(fault ?? '')];
}

/** The last line: `guest: 300 tests, 290 pass, 10 skipped (3× no list of devices, …), 0 fail`. */
export function summaryLine(results: readonly FileResult[]): string {
	const reports = results.flatMap(result => result.reports);
	const {passed, skipped, failed} = countsOf(reports);
	const faults = results.filter(({fault}) => fault !== undefined).length;
	const reasons = new Map<string, number>();
	for (const report of reports)
		if (report.kind === 'skipped') reasons.set(report.reason, (reasons.get(report.reason) ?? 0) + 1);
	const told = [...reasons].map(([reason, times]) => (times === 1 ? reason : `${times}× ${reason}`)).join('; ');
	return [
		`guest: ${passed + skipped + failed} tests`,
		`${passed} pass`,
		`${skipped} skipped${told === '' ? '' : ` (${told})`}`,
		`${failed} fail`,
		...(faults === 0 ? [] : [`${faults} ${faults === 1 ? 'file' : 'files'} not run to the end`]),
	].join(', ');
}

/** Whether all went well. A run in which nothing passed has shown nothing. */
export function allIsWell(results: readonly FileResult[]): boolean {
	const {passed, failed} = countsOf(results.flatMap(({reports}) => reports));
	return passed > 0 && failed === 0 && results.every(({fault}) => fault === undefined);
}

function countsOf(reports: FileResult['reports']): Record<'begins' | 'passed' | 'skipped' | 'failed', number> {
	const counts = {begins: 0, passed: 0, skipped: 0, failed: 0};
	for (const {kind} of reports) counts[kind]++;
	return counts;
}

function indented(text: string): readonly string[] {
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => `      ${line}`);
}

function firstLine(text: string): string {
	return text.split('\n', 1)[0] ?? '';
}
