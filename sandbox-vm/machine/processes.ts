/**
 * QEMU's processes, found by what they were started with: their machine's directory is in their command line.
 *
 * A file with a process's number could be missing, since whoever would have written it may have been killed before.
 *
 * Source: proc(5).
 * @module
 */
import {readdirSync, readFileSync} from 'node:fs';
import {tolerate} from '#kernel/error';
import {isAlive, nameProcess, type ProcessName, signalProcess, withProcess} from '#kernel/pidfd';
import {qmpOption} from './blueprint.ts';

/** The process of the machine in `directory`; undefined if there is none. */
export function findMachineProcess(directory: string): ProcessName | undefined {
	const option = `\0${qmpOption(directory)}\0`;
	for (const entry of readdirSync('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		const name = tolerate(['ENOENT', 'ESRCH'], () => nameProcess(Number(entry)));
		if (name !== undefined && commandLine(name).includes(option)) return name;
	}
	return undefined;
}

/** Ends the process of the machine in `directory`, if there is one, and returns when it has gone. */
export function endMachineProcess(directory: string): void {
	const name = findMachineProcess(directory);
	if (name === undefined) return;
	tolerate(['ESRCH'], () => withProcess(name, pidfd => signalProcess(pidfd, SIGKILL)));
	awaitEnd(name);
}

const SIGKILL = 9;

/** How long the kernel may take to give back a machine's memory. */
const endMilliseconds = 10_000;

function awaitEnd(name: ProcessName): void {
	const deadline = performance.now() + endMilliseconds;
	while (isAlive(name) && !isZombie(name)) {
		if (performance.now() > deadline) throw new Error(`process ${name.pid} doesn’t end, though it was killed`);
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
	}
}

/** Whether it has let go of all that it had: its locks are free when the last of its threads has ended. */
function isZombie({pid}: ProcessName): boolean {
	const stat = tolerate(['ENOENT', 'ESRCH'], () => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
	// After the name in parentheses: the state is the third field, the number of threads the twentieth.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (fields[0] === 'Z' || fields[0] === 'X') && Number(fields[17]) <= 1;
}

function commandLine({pid}: ProcessName): string {
	return tolerate(['ENOENT', 'ESRCH', 'EACCES'], () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
}
