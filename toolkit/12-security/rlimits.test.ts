import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {resourceNumber} from '#kernel/resource';
import {parseUlimit, readRlimits, setRlimits, unlimited} from '#security/rlimits';

test('parseUlimit() reads docker’s form', () => {
	assert.deepEqual(parseUlimit('nofile=1024:2048'), {type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048});
	assert.deepEqual(parseUlimit('core=0'), {type: 'RLIMIT_CORE', soft: 0, hard: 0});
	assert.deepEqual(parseUlimit('memlock=-1:-1'), {type: 'RLIMIT_MEMLOCK', soft: unlimited, hard: unlimited});
	assert.deepEqual(parseUlimit('stack=1:-1'), {type: 'RLIMIT_STACK', soft: 1, hard: unlimited});
	assert.equal(parseUlimit('fsize=9007199254740993').soft, 9007199254740993n, 'not rounded');
});

test('parseUlimit() refuses in docker’s words', () => {
	const refusals = {
		nofile: 'invalid ulimit argument: nofile',
		'files=1': 'invalid ulimit type: files',
		'nofile=1:2:3': 'too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`',
		'nofile=2:1': 'ulimit soft limit must be less than or equal to hard limit: 2 > 1',
		'nofile=-1:1': 'ulimit soft limit must be less than or equal to hard limit: unlimited > 1',
		'nofile=x': 'invalid ulimit value: "x" is no number',
		'nofile=': 'invalid ulimit value: "" is no number',
		'nofile=-2': 'invalid ulimit value: "-2" is no number',
	};
	for (const [text, message] of Object.entries(refusals)) assert.throws(() => parseUlimit(text), {message});
});

test('parseUlimit() never yields a soft limit above the hard one', () => {
	fc.assert(
		fc.property(fc.string(), text => {
			let limit: ReturnType<typeof parseUlimit>;
			try {
				limit = parseUlimit(`nofile=${text}`);
			} catch (error) {
				assert.ok(error instanceof Error && !error.message.includes('\n'.repeat(2)));
				return;
			}
			assert.ok(limit.soft <= limit.hard && limit.soft >= 0);
		}),
	);
});

test('readRlimits() shows what setRlimits() has set', () => {
	const before = readRlimits();
	assert.equal(before.length, Object.keys(resourceNumber).length);
	const open = before.find(({type}) => type === 'RLIMIT_NOFILE')!;
	const fewer = Number(open.soft) - 1;
	setRlimits([{...open, soft: fewer}]);
	try {
		assert.equal(readRlimits().find(({type}) => type === 'RLIMIT_NOFILE')!.soft, fewer);
	} finally {
		setRlimits([open]);
	}
	assert.deepEqual(readRlimits(), before);
	assert.throws(() => setRlimits([{type: 'RLIMIT_FILES', soft: 1, hard: 1}]), /unknown limit "RLIMIT_FILES"/);
});
