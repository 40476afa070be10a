/**
 * For tests: proves that something leaves nothing behind.
 *
 *     snapshot ─▶ run ─▶ snapshot, again and again for a while: what stays is a leftover
 *
 * The kernel removes some things in its own time, so the first look is not the last. What appears only after the run
 * has ended is not its doing: other tests may be at work on the same machine.
 *
 * @module
 */
import assert from 'node:assert/strict';
import {setTimeout as pause} from 'node:timers/promises';
import {PR_SET_CHILD_SUBREAPER, prctl} from '#kernel/prctl';
import {waitUntil} from '#kernel/wait';
import {describeDifference, leftovers, type Snapshot, snapshot} from '#observe';
import {selectFamily} from '#observe/family';
import {listProcessStats} from '#observe/processes';

export interface LeavesNothingOptions {
	/** Which leftovers are this test's, by their line: `line => line.includes(id)`. Default: all. */
	readonly mine?: (line: string) => boolean;
	/** How long the kernel may take to clean up. Default: 30000, for nothing waits longer than it must. */
	readonly milliseconds?: number;
}

/**
 * Runs something, and fails if it leaves a process, namespace, mount, cgroup, link, address, route or NAT rule.
 *
 * Processes count if they descend from this one. Those whose parents die become its children meanwhile, so none is lost.
 *
 * @throws {AssertionError} that lists what is left.
 */
export function leavesNothing<T>(run: () => T, options: LeavesNothingOptions = {}): T {
	const watch = startWatch(options);
	try {
		const result = run();
		waitUntil(watch.isClean, watch.milliseconds);
		watch.assertClean();
		return result;
	} finally {
		watch.end();
	}
}

/** The same for something asynchronous. */
export async function leavesNothingAsync<T>(run: () => Promise<T>, options: LeavesNothingOptions = {}): Promise<T> {
	const watch = startWatch(options);
	try {
		const result = await run();
		// Children are only waited for while the event loop turns.
		const end = performance.now() + watch.milliseconds;
		while (!watch.isClean() && performance.now() < end) await pause(20);
		watch.assertClean();
		return result;
	} finally {
		watch.end();
	}
}

/** For ever, in milliseconds, also where CPUs are emulated and busy. */
const FOR_EVER = 120_000;

/**
 * Waits for something that the kernel, a program or a shell brings about.
 *
 * @param tell says how things are instead.
 * @throws {AssertionError} with the condition's own words.
 */
export async function until(isSo: () => boolean | Promise<boolean>, tell: () => string = () => ''): Promise<void> {
	const giveUpAt = Date.now() + FOR_EVER;
	while (!(await isSo())) {
		assert.ok(Date.now() < giveUpAt, `waited in vain for ${isSo} ${tell()}`);
		await pause(10);
	}
}

/** The same while the event loop stands still, for what the kernel alone brings about. */
export function untilSync(isSo: () => boolean): void {
	assert.ok(waitUntil(isSo, FOR_EVER), `waited in vain for ${isSo}`);
}

interface Watch {
	readonly milliseconds: number;
	readonly isClean: () => boolean;
	readonly assertClean: () => void;
	readonly end: () => void;
}

function startWatch({mine = () => true, milliseconds = 30_000}: LeavesNothingOptions): Watch {
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	const before = look();
	let left: ReadonlySet<string> | undefined;
	let suspects: ReadonlySet<string> | undefined;
	const isClean = (): boolean => {
		const lines = describeDifference(leftovers(before, look())).filter(mine);
		const known = suspects;
		left = new Set(known === undefined ? lines : lines.filter(line => known.has(objectIn(line))));
		suspects = new Set([...left].map(objectIn));
		return left.size === 0;
	};
	return {
		milliseconds,
		isClean,
		assertClean: () => {
			// Where a look takes long, the first was the only one so far.
			if (left!.size > 0) isClean();
			assert.deepEqual([...left!], [], 'something is left');
		},
		end: () => prctl(PR_SET_CHILD_SUBREAPER, 0),
	};
}

/** A process is the same one when it has become another program. */
function objectIn(line: string): string {
	return /^appeared: process \d+/.exec(line)?.[0] ?? line;
}

/** This process's family, the namespaces that it is in, and the machine's cgroups and NAT rules. */
function look(): Snapshot {
	const family = new Set(selectFamily(listProcessStats(), process.pid).map(({pid}) => pid));
	const whole = snapshot({parts: ['userNamespaces', 'mountNamespaces', 'netNamespaces', 'cgroups', 'natRules']});
	const isOurs = ({pid, ppid, state}: Snapshot['processes'][number]): boolean =>
		// A dead child of ours has only its exit code left, which init would have asked for.
		family.has(pid) && !(state === 'zombie' && ppid === process.pid);
	const processes = whole.processes.filter(isOurs);
	const known = new Set(processes.flatMap(({namespaces}) => Object.values(namespaces)));
	return {
		...whole,
		processes,
		userNamespaces: whole.userNamespaces.filter(({id}) => known.has(id)),
		mountNamespaces: whole.mountNamespaces.filter(({id}) => known.has(id)),
		netNamespaces: whole.netNamespaces.filter(({id}) => known.has(id)),
	};
}
