import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {openExercise} from './exercise.ts';

interface Places {
	readonly course: string;
	readonly state: string;
	readonly file: string;
}

function places(context: TestContext): Places {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-exercise-'));
	context.after(() => rmSync(directory, {recursive: true}));
	const course = join(directory, 'course');
	for (const kind of ['exercises', 'solutions']) mkdirSync(join(course, kind, '04-pid'), {recursive: true});
	const file = join(course, 'exercises/04-pid/pid.ts');
	writeFileSync(file, 'start');
	writeFileSync(join(course, 'solutions/04-pid/pid.ts'), 'solution');
	return {course, state: join(directory, 'state'), file};
}

const read = (file: string): string => readFileSync(file, 'utf8');
const kept = ({state}: Places): readonly string[] =>
	readdirSync(join(state, 'exercises/04-pid'))
		.filter(name => name !== 'start.ts')
		.map(name => read(join(state, 'exercises/04-pid', name)));

test('solve() and restore() keep the learner’s own file', context => {
	const where = places(context);
	const exercise = openExercise('04-pid', where);
	assert.equal(exercise.path, where.file);
	writeFileSync(where.file, 'mine');
	exercise.solve();
	assert.equal(read(where.file), 'solution');
	assert.deepEqual(kept(where), ['mine']);
	exercise.restore();
	assert.equal(read(where.file), 'start');
});

test('restore() gives back the first state, also when the exercise is opened with work in it', context => {
	const where = places(context);
	openExercise('04-pid', where);
	writeFileSync(where.file, 'mine');
	openExercise('04-pid', where).restore();
	assert.equal(read(where.file), 'start');
	assert.deepEqual(kept(where), ['mine']);
});

test('restore() asks git what was there, and believes no commit of the learner’s', context => {
	const where = places(context);
	const git = (...args: readonly string[]): void =>
		void execFileSync('git', ['-C', where.course, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
			stdio: 'ignore',
		});
	git('init');
	git('add', '.');
	git('commit', '-m', 'x');
	writeFileSync(where.file, 'mine');
	assert.equal(openExercise('04-pid', where).start, 'start');
	git('branch', 'theirs');
	git('branch', '--set-upstream-to=theirs');
	git('commit', '-am', 'mine');
	openExercise('04-pid', where).restore();
	assert.equal(read(where.file), 'start');
});

test('watch() tells of a save, in place or by renaming', async context => {
	const where = places(context);
	let tell = (): void => {};
	const saved = (): Promise<void> =>
		new Promise(resolve => {
			tell = resolve;
		});
	const stop = openExercise('04-pid', where).watch(() => tell());
	const first = saved();
	writeFileSync(where.file, 'one');
	await first;
	const second = saved();
	writeFileSync(`${where.file}.tmp`, 'two');
	renameSync(`${where.file}.tmp`, where.file);
	await second;
	stop();
});

test('openExercise() names an exercise that is not there', context => {
	assert.throws(() => openExercise('05-mnt', places(context)), /there is no exercise exercises\/05-mnt\/mnt\.ts/);
});
