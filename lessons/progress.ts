/**
 * What a learner has done, kept in one small file that survives a crash.
 *
 *     ~/.local/state/drydock/progress.json
 *
 * Source: XDG Base Directory Specification.
 * @module
 */
import {mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {isErrno} from '#kernel/error';
import {writeWholeFile} from '#kernel/whole-file';
import type {Provider} from '#sandbox';
import type {Language} from './lesson.ts';

/** An answer as it is remembered. */
export interface PastPrediction {
	readonly chosen: number;
	/** The answer that was true. */
	readonly actual: number;
}

export interface LessonProgress {
	/** Anchors of the steps that are done. */
	readonly done: readonly string[];
	/** First answers, by anchor: a second try does not change what was predicted. */
	readonly predictions: Readonly<Record<string, PastPrediction>>;
	/** The step that was open last. */
	readonly at?: string | undefined;
	readonly finished?: boolean | undefined;
}

export interface Progress {
	readonly language?: Language | undefined;
	/** The sandbox that the learner chose; undefined if none was. */
	readonly sandbox?: Provider | undefined;
	readonly lessons: Readonly<Record<string, LessonProgress>>;
}

/** The file, with what to tell if it was damaged. */
export interface ProgressStore {
	readonly file: string;
	/** One line, if the file could not be read and was put aside, or can't be written. */
	readonly warning: string | undefined;
	read(): Progress;
	lesson(id: string): LessonProgress;
	setLanguage(language: Language): void;
	setSandbox(sandbox: Provider): void;
	updateLesson(id: string, change: (progress: LessonProgress) => LessonProgress): void;
	/** Forgets everything. */
	reset(): void;
}

/** Where the course keeps what belongs to the learner: `$XDG_STATE_HOME/drydock`, else `~/.local/state/drydock`. */
export function stateDirectory(environment: NodeJS.ProcessEnv = process.env): string {
	// The specification says to ignore a relative path.
	const base = environment.XDG_STATE_HOME?.startsWith('/')
		? environment.XDG_STATE_HOME
		: join(homedir(), '.local/state');
	return join(base, 'drydock');
}

/** Opens the learner's progress. A damaged file is put aside, never overwritten. */
export function openProgress(directory = stateDirectory()): ProgressStore {
	const file = join(directory, 'progress.json');
	let warning: string | undefined;
	const read = (): Progress => {
		try {
			return parseProgress(readFileSync(file, 'utf8'));
		} catch (error) {
			if (isErrno(error, 'ENOENT')) return nothingDone;
			warning = putAside(file, error);
			return nothingDone;
		}
	};
	const update = (change: (progress: Progress) => Progress): void => {
		// Read again each time: another terminal may have the course open too.
		const next = change(read());
		try {
			mkdirSync(directory, {recursive: true, mode: 0o700});
			// What was learnt must outlive a laptop whose battery ends.
			writeWholeFile(file, `${JSON.stringify(next, null, '\t')}\n`, {durable: true});
		} catch (error) {
			warning = `your progress can't be saved in ${file}: ${error instanceof Error ? error.message : String(error)}`;
		}
	};
	read();
	return {
		file,
		get warning() {
			return warning;
		},
		read,
		lesson: id => read().lessons[id] ?? nothingDoneInLesson,
		setLanguage: language => update(progress => ({...progress, language})),
		setSandbox: sandbox => update(progress => ({...progress, sandbox})),
		updateLesson: (id, change) =>
			update(progress => ({
				...progress,
				lessons: {...progress.lessons, [id]: change(progress.lessons[id] ?? nothingDoneInLesson)},
			})),
		reset: () => rmSync(file, {force: true}),
	};
}

/** Forgets what was done: `drydock learn --reset`. */
export function resetProgress(directory = stateDirectory()): void {
	openProgress(directory).reset();
}

const nothingDoneInLesson: LessonProgress = {done: [], predictions: {}};
const nothingDone: Progress = {lessons: {}};

/**
 * Reads the file's text. What is well-formed is kept, whatever else is in it is left out.
 *
 * @throws {SyntaxError} if it is no JSON; {Error} if it isn't a progress file at all.
 */
export function parseProgress(text: string): Progress {
	const data: unknown = JSON.parse(text);
	if (!isRecord(data) || !isRecord(data.lessons)) throw new Error('not a progress file');
	const lessons = Object.entries(data.lessons).map(([id, lesson]) => [id, readLesson(lesson)] as const);
	return {
		...(data.language === 'en' || data.language === 'zh' ? {language: data.language} : {}),
		...(isProvider(data.sandbox) ? {sandbox: data.sandbox} : {}),
		lessons: Object.fromEntries(lessons),
	};
}

function readLesson(data: unknown): LessonProgress {
	if (!isRecord(data)) return nothingDoneInLesson;
	const predictions = Object.entries(isRecord(data.predictions) ? data.predictions : {}).flatMap(([anchor, past]) =>
		isRecord(past) && typeof past.chosen === 'number' && typeof past.actual === 'number'
			? [[anchor, {chosen: past.chosen, actual: past.actual}] as const]
			: [],
	);
	return {
		done: Array.isArray(data.done) ? data.done.filter(anchor => typeof anchor === 'string') : [],
		predictions: Object.fromEntries(predictions),
		...(typeof data.at === 'string' ? {at: data.at} : {}),
		...(data.finished === true ? {finished: true} : {}),
	};
}

function isProvider(value: unknown): value is Provider {
	return value === 'local' || value === 'qemu' || value === 'vagrant';
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function putAside(file: string, error: unknown): string {
	const reason = error instanceof Error ? error.message : String(error);
	const aside = `${file}.damaged`;
	try {
		renameSync(file, aside);
		return `your progress could not be read (${reason}); the file was put aside as ${aside}, and you start afresh`;
	} catch {
		return `your progress can't be read: ${reason}`;
	}
}
