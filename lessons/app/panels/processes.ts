/**
 * The process tree, with every number that a process has: outside, and in its own PID namespace.
 * @module
 */
import {basename} from 'node:path';
import type {ObservedProcess, Snapshot} from '#observe/types';
import {padLine, type Run, run} from '../text/line.ts';
import {ACCENT, BAD, FAINT, HEADING} from '../text/theme.ts';
import {type Change, type PanelInput, type Row, styleOfChange} from './panel.ts';

/** A process in its tree. */
export interface Branch {
	readonly process: ObservedProcess;
	/** The lines of the tree in front of it. */
	readonly stem: string;
}

/** The panel `processes`. */
export function processRows(input: PanelInput): readonly Row[] {
	const {now, since, strings} = input;
	const gone = since === undefined ? [] : since.processes.filter(process => findProcess(now, process) === undefined);
	const shown = [...now.processes.filter(isNoKernelThread), ...gone.filter(isNoKernelThread)];
	const levels = Math.max(1, ...shown.map(({pids}) => pids.length));
	const telling = tellingProcesses(input);
	const header: Row = {
		line: [run(numbers(levelNames(input, levels), levels), HEADING), run(strings.panel.process, HEADING)],
		important: true,
	};
	const rows = treeOf(shown).map(({process, stem}): Row => {
		const change = processChange(process, now, since);
		return {
			change,
			important: telling.has(process.pid),
			line: [
				run(numbers(process.pids.map(String), levels), styleOfChange(change, FAINT)),
				run(stem, FAINT),
				...processRuns(process, change, input),
			],
		};
	});
	return [header, ...rows];
}

const COLUMN = 8;

/** The shell's own numbers are “here”: above it is the machine that the sandbox runs on, below it what is made in it. */
function levelNames({shell, strings}: PanelInput, levels: number): readonly string[] {
	const here = Math.max(0, (shell?.pids.length ?? 1) - 1);
	const {host, here: own, inside} = strings.panel.pidLevels;
	return Array.from({length: levels}, (_, level) => (level < here ? host : level === here ? own : inside));
}

/** A process's numbers, outermost first, each in its column. */
export function numbers(texts: readonly string[], levels: number): string {
	return Array.from({length: levels}, (_, level) => column(texts[level] ?? '')).join('');
}

function column(text: string): string {
	return padLine([run(text)], COLUMN)
		.map(({text}) => text)
		.join('');
}

/** What a process runs, and what is odd about it. */
export function processRuns(
	process: ObservedProcess,
	change: Change | undefined,
	{shell, strings}: Pick<PanelInput, 'shell' | 'strings'>,
): readonly Run[] {
	const isShell = process.pid === shell?.pid;
	const [program = '', ...rest] = process.argv;
	const name = process.argv.length === 0 ? `[${process.comm}]` : [basename(program) || program, ...rest].join(' ');
	const runs = [run(printable(name), styleOfChange(change, isShell ? ACCENT : {}))];
	const root = ownRoot(process);
	if (root !== undefined) runs.push(run(printable(` ${strings.panel.root(root)}`), ACCENT));
	if (process.state === 'zombie' || process.state === 'dead') runs.push(run(` ${strings.panel.zombie}`, BAD));
	if (process.state === 'stopped') runs.push(run(` ${strings.panel.stopped}`, BAD));
	if (isShell) runs.push(run(` ◀ ${strings.panel.you}`, ACCENT));
	return runs;
}

/** Where a process's `/` is in its mount table, if chroot(2) has put it elsewhere than at the top. */
export function ownRoot({root}: ObservedProcess): string | undefined {
	return root === '/' ? undefined : root;
}

function printable(text: string): string {
	return text.replaceAll(/[\x00-\x1f\x7f]/g, ' ');
}

/** Parents before children, in the order of birth. */
export function treeOf(processes: readonly ObservedProcess[]): readonly Branch[] {
	const known = new Set(processes.map(({pid}) => pid));
	const children = Map.groupBy(processes, ({pid, ppid}) => (known.has(ppid) && ppid !== pid ? ppid : 0));
	const below = (parent: number, lead: string): readonly Branch[] =>
		(children.get(parent) ?? [])
			.toSorted((one, other) => one.startTicks - other.startTicks || one.pid - other.pid)
			.flatMap((process, index, siblings) => {
				const isLast = index === siblings.length - 1;
				const isRoot = parent === 0;
				const stem = isRoot ? '' : lead + (isLast ? '└─ ' : '├─ ');
				return [{process, stem}, ...below(process.pid, isRoot ? '' : lead + (isLast ? '   ' : '│  '))];
			});
	return below(0, '');
}

/** Those that the lesson is about: the shell, whatever is above or below it, and what came to be in this step. */
function tellingProcesses({now, before, shell, family}: PanelInput): ReadonlySet<number> {
	const telling = new Set(family.map(({pid}) => pid));
	const byPid = new Map(now.processes.map(process => [process.pid, process]));
	for (let up = shell; up !== undefined && !telling.has(up.ppid); up = byPid.get(up.ppid)) {
		telling.add(up.pid);
		telling.add(up.ppid);
	}
	for (const process of now.processes)
		if (before !== undefined && !findProcess(before, process)) telling.add(process.pid);
	return telling;
}

/** What became of a process of either snapshot. */
export function processChange(
	process: ObservedProcess,
	now: Snapshot,
	since: Snapshot | undefined,
): Change | undefined {
	if (since === undefined) return undefined;
	const then = findProcess(since, process);
	if (then === undefined) return 'new';
	const current = findProcess(now, process);
	if (current === undefined) return 'gone';
	return sight(then) === sight(current) ? undefined : 'changed';
}

/** Traced: whoever narrates holds processes still for a moment at their calls. */
const ordinary: ReadonlySet<ObservedProcess['state']> = new Set(['running', 'sleeping', 'waiting', 'idle', 'traced']);

/** What a change of is worth lighting up; running and sleeping change all the time. */
function sight({ppid, state, argv, uids, namespaces, root}: ObservedProcess): string {
	return JSON.stringify([ppid, ordinary.has(state) ? '' : state, argv, uids, namespaces, root]);
}

/** A number may be given again: with the time of its birth it names a process for good. */
export function findProcess({processes}: Snapshot, wanted: ObservedProcess): ObservedProcess | undefined {
	return processes.find(({pid, startTicks}) => pid === wanted.pid && startTicks === wanted.startTicks);
}

/** kthreadd is process 2 of a machine, and the parent of all the kernel's own threads. */
export function isNoKernelThread({pid, ppid, argv, pids}: ObservedProcess): boolean {
	return !(argv.length === 0 && pids.length === 1 && (pid === 2 || ppid === 2));
}
