/**
 * The tests of a module, run with whose code one likes: the toolkit's, the learner's or the solution's.
 *
 *     node -C exercise-pid … toolkit/04-pid/pid.test.ts     #pid is exercises/04-pid/pid.ts
 *     node -C solution-pid … toolkit/04-pid/pid.test.ts     #pid is solutions/04-pid/pid.ts
 *
 * @module
 */
import {join} from 'node:path';
import {courseDirectory} from './course.ts';
import type {CommandResult, TestResult} from './lesson.ts';
import {type Report, reportMark} from './test-reporter.ts';

/** Whose module is tested. */
export type Subject = 'exercise' | 'solution';

/** Runs a command in the folder of the course. */
export type CommandRunner = (command: readonly string[], directory: string) => Promise<CommandResult>;

/** Runs the tests of a module, such as `04-pid`, on one of its versions. */
export async function testModule(
	id: string,
	subject: Subject,
	run: CommandRunner,
	directory = courseDirectory(),
): Promise<TestResult> {
	const name = id.slice(3);
	const command = [
		process.execPath,
		...['-C', `${subject}-${name}`],
		...['--import', 'tsx'],
		...['--test-reporter', join(courseDirectory(), 'lessons/test-reporter.ts')],
		join(directory, 'toolkit', id, `${name}.test.ts`),
	];
	return readTestResult(await run(command, directory));
}

/** Whether all of it was proven: each test ran, and none failed. */
export function allPassed({passed, failed, skipped, broken}: TestResult): boolean {
	return passed > 0 && failed === 0 && skipped === 0 && broken === undefined;
}

/** Reads what the reporter told. */
export function readTestResult({exitCode, stdout, stderr}: CommandResult): TestResult {
	const reports = stdout
		.split('\n')
		.filter(line => line.startsWith(reportMark))
		.map(line => JSON.parse(line.slice(reportMark.length)) as Report);
	const failures = reports.filter(report => report.kind === 'failed');
	const ended = reports.some(({kind}) => kind === 'end');
	const counts = {
		passed: reports.filter(({kind}) => kind === 'passed').length,
		failed: failures.length,
		skipped: reports.filter(({kind}) => kind === 'skipped').length,
	};
	if (failures[0] !== undefined) {
		return {...counts, firstFailure: {test: failures[0].test, message: oneLine(failures[0].message)}};
	}
	if (ended && exitCode === 0) return counts;
	return {...counts, broken: errorLine(stderr) ?? `the tests ended early, with exit code ${exitCode}`};
}

/** The line that says what is wrong, of a program that could not be loaded. */
function errorLine(stderr: string): string | undefined {
	const lines = stderr.split('\n').map(line => line.trim());
	const telling = lines.find(line => /\bERROR: /.test(line)) ?? lines.find(line => /^\w*Error\b.*: /.test(line));
	const found = telling ?? lines.find(line => line !== '');
	return found === undefined ? undefined : oneLine(found);
}

function oneLine(text: string): string {
	const line = text
		.replace(/\x1b\[[0-9;]*m/g, '')
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
