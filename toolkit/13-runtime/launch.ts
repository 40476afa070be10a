/**
 * Starting a container: the host's side.
 * @module
 */

import type {ChildProcess} from 'node:child_process';
import type {Duplex} from 'node:stream';
import {exactJson} from '#kernel/exact-json';
import {type NamespaceKind, namespacePath, rememberHome} from '#kernel/namespace';
import {fetchDescriptor} from '#kernel/pidfd';
import {runSteps, type StepListener, undoSteps} from '#kernel/plan';
import {type Descriptor, type ProcessEnd, startProcess, waitFor} from '#process';
import type {Birth} from '#runtime/birth';
import {InitError, listenTo, type Report} from '#runtime/channel';
import type {Container} from '#runtime/container';
import type {InitRequest} from '#runtime/init';
import {initCommand, initEnvironment} from '#runtime/init-command';
import {containerPlan} from '#runtime/plan';
import {idMapsOf} from '#runtime/spec';
import {awaitChild, awaitClosedChannel, awaitOwnNetwork} from '#runtime/user-birth';
import {type IdMaps, userNamespaceCommand} from '#user';

/** How to start. */
export interface LaunchOptions {
	/** The program's descriptors 0, 1, 2. With a terminal they are the container's own, and these are not used. */
	readonly descriptors: readonly Descriptor[];
	/** Told of each step on the host. */
	readonly onStep?: StepListener | undefined;
	/** Told what init reports. Asking for this makes init report each step and call. */
	readonly onReport?: ((report: Report) => void) | undefined;
}

/** A container whose first process waits for the word to start. */
export interface CreatedContainer {
	/** The number of its first process on the host. */
	readonly pid: number;
	readonly child: ChildProcess;
	/** The master of its terminal, if it has one. The caller closes it. */
	readonly terminal: number | undefined;
	/** Lets the program run. Rejects with an `InitError` if it can't; the container has then ended. */
	readonly start: () => Promise<void>;
	/** How the first process ended. */
	readonly ended: Promise<ProcessEnd>;
}

/**
 * Creates a container: runs the host's steps and has init run those inside, up to where the program would start.
 *
 * If anything fails, everything is undone before this rejects.
 *
 * @throws {StepError} of a step on the host; {InitError} of one inside.
 */
export async function createContainer(container: Container, options: LaunchOptions): Promise<CreatedContainer> {
	const launch = new Launch(container, options);
	const plan = containerPlan(container, launch.birth).filter(step => step.where === 'host');
	try {
		runSteps(plan, (step, event) => {
			// Before anything is undone: init still works on it, and would report what it then misses as the cause.
			if (event === 'failed') launch.abandon();
			options.onStep?.(step, event);
		});
		const terminal = await launch.created;
		return {pid: launch.pid, child: launch.child!, terminal, start: launch.start, ended: launch.ended!};
	} catch (error) {
		launch.abandon();
		await launch.ended?.catch(() => undefined);
		undoSteps(plan, options.onStep);
		// What init said is the cause; what the host then met, waiting for it, is only the consequence.
		throw launch.failure ?? error;
	}
}

/** Removes all that a container has on the host, whoever made it and however far that one came. */
export function deleteContainer(container: Container, listener?: StepListener): ReturnType<typeof undoSteps> {
	return undoSteps(
		containerPlan(container).filter(step => step.where === 'host'),
		listener,
	);
}

/** What a step of the host's may change of the main thread. */
const entered: readonly NamespaceKind[] = ['pid', 'net'];

/** A start that is under way. */
class Launch {
	readonly #container: Container;
	readonly #options: LaunchOptions;
	readonly #maps: IdMaps | undefined;
	readonly #comeBack: () => void;
	readonly #reports = Promise.withResolvers<number | undefined>();
	readonly #running = Promise.withResolvers<void>();
	#terminal: number | undefined;
	#pid: number | undefined;
	child: ChildProcess | undefined;
	ended: Promise<ProcessEnd> | undefined;
	/** What init reported to have failed. */
	failure: Error | undefined;

	constructor(container: Container, options: LaunchOptions) {
		this.#container = container;
		this.#options = options;
		this.#maps = idMapsOf(container.spec);
		// With users of its own the container enters everything itself; an ordinary user could not even come back.
		this.#comeBack = rememberHome(this.#maps === undefined ? entered : []);
		// A start may fail before anybody waits for these.
		this.#reports.promise.catch(() => undefined);
		this.#running.promise.catch(() => undefined);
	}

	readonly birth: Birth = {
		spawnInit: () => this.#spawnInit(),
		started: () => this.#started,
		first: () => this.pid,
		comeHome: () => this.comeHome(),
		instruct: () => this.#instruct(),
		networkNamespace: () => (this.#maps === undefined ? namespacePath(this.pid, 'net') : awaitOwnNetwork(this.pid)),
	};

	/** The container's first process: what was started, or, with users of its own, the first child of that. */
	get pid(): number {
		// Remembered: a short program may have ended when it is asked for again, and a parent has no child then.
		this.#pid ??= this.#maps === undefined ? this.#started : awaitChild(this.#started);
		return this.#pid;
	}

	get #started(): number {
		if (this.child?.pid === undefined) throw new Error('init was not started');
		return this.child.pid;
	}

	/** Settles when init has done its part. Yields the terminal's master. */
	get created(): Promise<number | undefined> {
		return this.#reports.promise;
	}

	readonly start = (): Promise<void> => {
		this.#channel.write('start\n');
		// Whoever made its users holds the channel open, too: there, that init has closed it must be seen from outside.
		if (this.#maps !== undefined) void awaitClosedChannel(this.pid).then(this.#running.resolve);
		return this.#running.promise;
	};

	readonly comeHome = (): void => this.#comeBack();

	/** Ends what was started, and leaves the namespaces that it was to be born into. */
	abandon(): void {
		this.comeHome();
		this.child?.kill('SIGKILL');
	}

	get #channel(): Duplex {
		return this.child!.stdio[3] as Duplex;
	}

	#spawnInit(): void {
		this.child = startProcess({
			args: [...(this.#maps === undefined ? [] : userNamespaceCommand(this.#maps)), ...initCommand()],
			env: initEnvironment(),
			descriptors: [...this.#options.descriptors, 'pipe'],
		});
		this.ended = waitFor(this.child);
		this.ended.catch(error => this.#fail(error));
		listenTo(
			this.#channel,
			report => this.#hear(report),
			() => this.#running.resolve(),
		);
	}

	/** Tells init what to become. Where users were made first, whoever made them waits for an empty line before it. */
	#instruct(): void {
		const request: InitRequest = {
			become: 'container',
			container: this.#container,
			explain: this.#options.onReport !== undefined,
		};
		this.#channel.write(`${this.#maps === undefined ? '' : '\n'}${exactJson(request)}\n`);
	}

	#hear(report: Report): void {
		this.#options.onReport?.(report);
		switch (report.report) {
			case 'terminal':
				this.#terminal = fetchDescriptor(this.pid, report.fd);
				this.#channel.write('go on\n');
				return;
			case 'created':
				this.#reports.resolve(this.#terminal);
				return;
			case 'failed':
				this.#fail(new InitError(report.failure));
				return;
			default:
				return;
		}
	}

	#fail(error: Error): void {
		this.failure ??= error;
		this.#reports.reject(error);
		this.#running.reject(error);
	}
}
