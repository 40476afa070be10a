import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {courseDirectory} from './course.ts';
import type {TestResult} from './lesson.ts';
import {allPassed, readTestResult} from './module-tests.ts';

/** Runs a test file with the reporter, as a module's tests are run. */
async function run(context: TestContext, source: string): Promise<TestResult> {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-tests-'));
	context.after(() => rmSync(directory, {recursive: true}));
	const file = join(directory, 'x.test.ts');
	writeFileSync(file, `import assert from 'node:assert/strict'; import {describe, test} from 'node:test';\n${source}`);
	const reporter = join(courseDirectory(), 'lessons/test-reporter.ts');
	// node:test would take this process's own marks for its.
	const {NODE_TEST_CONTEXT: _, ...env} = process.env;
	return new Promise(resolve => {
		execFile(
			process.execPath,
			['--import', 'tsx', '--test-reporter', reporter, file],
			{env, cwd: courseDirectory()},
			(error, stdout, stderr) =>
				resolve(readTestResult({exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr})),
		);
	});
}

test('readTestResult() counts, and tells the first failure in one line', async context => {
	const result = await run(
		context,
		`test('a', () => { console.log('noise'); });
		describe('group', () => { test('b', () => assert.deepEqual({a: 1}, {a: 2})); test('c', () => assert.fail('later')); });
		test('d', {skip: 'needs root'}, () => {});`,
	);
	assert.deepEqual([result.passed, result.failed, result.skipped], [1, 2, 1]);
	assert.equal(result.firstFailure?.test, 'b');
	assert.match(result.firstFailure?.message ?? '', /^Expected values to be strictly deep-equal/);
	assert.doesNotMatch(result.firstFailure?.message ?? '', /\n/);
	assert.equal(allPassed(result), false);
});

test('readTestResult() believes only what ran to its end', async context => {
	assert.equal(allPassed(await run(context, `test('a', () => {});`)), true);
	assert.equal(allPassed(await run(context, `test('a', {skip: 'needs root'}, () => {}); test('b', () => {});`)), false);
	const early = await run(
		context,
		`test('a', () => {}); test('b', () => process.exit(0)); test('c', () => assert.fail());`,
	);
	assert.equal(allPassed(early), false);
	assert.match(early.broken ?? '', /ended early/);
});

test('readTestResult() tells why a module can’t be loaded', async context => {
	assert.match((await run(context, 'const = 3;')).broken ?? '', /ERROR: .*Expected/);
	assert.match((await run(context, `import '#nowhere';`)).broken ?? '', /nowhere/);
	assert.match((await run(context, `throw new Error('write me');`)).broken ?? '', /write me/);
});
