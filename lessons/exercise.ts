/**
 * A learner's exercise: the file that is theirs, and the way back to how it was.
 *
 *     exercises/04-pid/pid.ts                          theirs: the engine loads it from here (`--mine pid`)
 *     ~/.local/state/drydock/exercises/04-pid/
 *       2026-11-20T10-15-02.ts                         theirs, before it was last replaced
 *       start.ts                                       as it was at the first visit, where there is no git
 *
 * The learner works in the checkout, where package.json's `imports` finds the module. How it was at first is asked of git:
 * of the branch that the course came from, so that a commit of the learner's own changes nothing, and an update of the
 * course counts.
 * @module
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, watch, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {courseDirectory} from './course.ts';
import {stateDirectory} from './progress.ts';

export interface ExerciseFile {
	/** The learner's file, absolute. */
	readonly path: string;
	/** The file as it was at first. */
	readonly start: string;
	/** Puts the start back. The learner's own is kept beside the progress. */
	restore(): void;
	/** Puts the solution in its place. The learner's own is kept beside the progress. */
	solve(): void;
	/** Calls `listener` after the file was saved. Returns the function that ends this. */
	watch(listener: () => void): () => void;
}

/** Where the exercise's file and its copies are. */
export interface ExercisePlaces {
	readonly course?: string;
	readonly state?: string;
}

/**
 * Opens the exercise of a module, such as `04-pid`.
 *
 * @throws {Error} if there is none.
 */
export function openExercise(id: string, places: ExercisePlaces = {}): ExerciseFile {
	const course = places.course ?? courseDirectory();
	const file = join('exercises', id, `${id.slice(3)}.ts`);
	const path = join(course, file);
	if (!existsSync(path)) throw new Error(`there is no exercise ${file}`);
	const keep = join(places.state ?? stateDirectory(), 'exercises', id);
	mkdirSync(keep, {recursive: true, mode: 0o700});
	const start = findStart(course, file, join(keep, 'start.ts'));
	const replace = (source: string): void => {
		const current = readFileSync(path, 'utf8');
		if (current !== start && current !== source) writeFileSync(join(keep, `${timestamp()}.ts`), current);
		writeFileSync(path, source);
	};
	return {
		path,
		start,
		restore: () => replace(start),
		solve: () => replace(readFileSync(join(course, 'solutions', id, basename(file)), 'utf8')),
		watch: listener => watchFile(path, listener),
	};
}

function findStart(course: string, file: string, copy: string): string {
	for (const version of ['@{upstream}', 'HEAD']) {
		const git = spawnSync('git', ['-C', course, 'show', `${version}:./${file}`], {encoding: 'utf8'});
		if (git.status === 0) return git.stdout;
	}
	if (!existsSync(copy)) copyFileSync(join(course, file), copy);
	return readFileSync(copy, 'utf8');
}

/** Editors save by writing the file or by renaming another over it, and tell of one save several times. */
function watchFile(path: string, listener: () => void): () => void {
	let last = readFileSync(path, 'utf8');
	let timer: NodeJS.Timeout | undefined;
	const look = (): void => {
		if (!existsSync(path)) return;
		const current = readFileSync(path, 'utf8');
		if (current === last) return;
		last = current;
		listener();
	};
	// The folder, not the file: after a rename, the file that was watched is another one.
	const watcher = watch(dirname(path), (_event, name) => {
		if (name !== null && name !== basename(path)) return;
		clearTimeout(timer);
		timer = setTimeout(look, 100);
	});
	return () => {
		clearTimeout(timer);
		watcher.close();
	};
}

function timestamp(): string {
	return new Date().toISOString().slice(0, 19).replaceAll(':', '-');
}
