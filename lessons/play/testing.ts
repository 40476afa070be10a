/**
 * A small lesson for the tests of the player and of `verify`: one step of each kind, all of it real.
 * @module
 */
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {
	breakStep,
	code,
	doStep,
	type Lesson,
	type LessonStep,
	type Localized,
	lesson,
	predict,
	read,
	type World,
} from '#lesson';
import {courseDirectory, type LoadedLesson} from '../course.ts';
import {parseProse} from '../prose.ts';

const told = (text: string): Localized => ({en: text, zh: `${text}。`});
const hints = [told('one'), told('two'), told('three')];

const mounted = ({now, shell}: World): boolean =>
	now.mountNamespaces.some(
		({id, mounts}) => id === shell?.namespaces.mnt && mounts.some(({mountPoint}) => mountPoint === '/mnt'),
	);
const test = async (world: World, expression: string): Promise<boolean> =>
	(await world.run(`test ${expression}`)).exitCode === 0;

const steps: Readonly<Record<string, LessonStep>> = {
	intro: read({command: 'echo hello from the command'}),
	guess: predict({
		question: told('what does it print?'),
		answers: [
			{text: told('the number outside'), because: told('no, it was {output}'), evidence: /^[2-9]/},
			{text: told('1'), right: true, evidence: /^1$/m},
		],
		run: "unshare --pid --fork sh -c 'echo $$'",
	}),
	mount: doStep({
		goal: told('something is mounted on /mnt'),
		check: mounted,
		diagnose: [{when: world => test(world, '-e /tmp/wrong'), tell: told('that was the wrong place')}],
		hints,
		solve: ['cd /', 'mount -t tmpfs tmpfs /mnt'],
		otherWays: [['mount --bind /tmp /mnt']],
		wrongWays: [['touch /tmp/wrong']],
	}),
	steal: breakStep({
		prepare: ['echo anchor > /srv/secret'],
		goal: told('the secret is in /tmp/loot; then it can’t be'),
		weak: {
			solve: ['cat /srv/secret > /tmp/loot'],
			succeeded: world => test(world, '-s /tmp/loot'),
		},
		fixed: {
			solve: ['mount -t tmpfs tmpfs /srv', 'cat /srv/secret > /tmp/loot'],
			withstood: world => test(world, '-e /tmp/loot -a ! -s /tmp/loot'),
		},
		diagnose: [],
		hints,
	}),
	build: code({
		exercise: '90-boat',
		goal: told('the tests pass'),
		diagnose: [
			{when: ({tests}) => tests?.firstFailure?.message.includes('0 !== 8') ?? false, tell: told('it does not move')},
		],
		hints,
	}),
};

/** The lesson, with some of its steps replaced. */
export function sampleLesson(replaced: Readonly<Record<string, LessonStep>> = {}): LoadedLesson {
	const definition: Lesson = lesson({
		id: '90-boat',
		title: told('Boat'),
		question: told('does it float?'),
		panel: 'processes',
		prepare: ['echo ready > /tmp/ready'],
		steps: {...steps, ...replaced},
	});
	const prose = parseProse(
		['# Boat', ...Object.keys(definition.steps).map(anchor => `## About ${anchor} {#${anchor}}\n\nText.`)].join('\n'),
	);
	return {lesson: definition, prose: {en: prose, zh: prose}};
}

/** A course of its own for the sample's exercise: the files as they are in the real one. */
export function sampleCourse(): {readonly course: string; readonly state: string; readonly remove: () => void} {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-course-'));
	const course = join(directory, 'course');
	const write = (path: string, text: string): void => {
		mkdirSync(join(course, path, '..'), {recursive: true});
		writeFileSync(join(course, path), text);
	};
	const imports = {
		'#boat': {'exercise-boat': './exercises/90-boat/boat.ts', 'solution-boat': './solutions/90-boat/boat.ts'},
	};
	write('package.json', JSON.stringify({type: 'module', imports}));
	write('exercises/90-boat/boat.ts', 'export const knots = (): number => 0;\n');
	write('solutions/90-boat/boat.ts', 'export const knots = (): number => 8;\n');
	write(
		'toolkit/90-boat/boat.test.ts',
		`import assert from 'node:assert/strict';
		import {test} from 'node:test';
		import {knots} from '#boat';
		test('knots() tells how fast', () => assert.equal(knots(), 8));
		test('this runs as root', () => assert.equal(process.getuid?.(), 0));\n`,
	);
	symlinkSync(join(courseDirectory(), 'node_modules'), join(course, 'node_modules'));
	return {course, state: join(directory, 'state'), remove: () => rmSync(directory, {recursive: true})};
}
