/**
 * Birth: the steps between the host's part of a plan and the part inside, where the container's first process is made.
 *
 *     drydock:  enter new namespaces ─▶ spawn init ─▶ come back ─▶ wire the network ─▶ "start"
 *     init:                             └▶ mounts, pivot … ─▶ "created" ─▶ waits ──────▶ become the program
 *
 * Both sides work at the same time from the spawn on, until init waits for the word to start.
 * @module
 */
import type {Step} from '#kernel/plan';
import {hear, tell} from '#runtime/channel';
import {type IdMaps, userSteps} from '#user';

/** What the steps of a birth need from a start that is under way. */
export interface Birth {
	/** Starts init, born into the namespaces that the main thread is in. */
	readonly spawnInit: () => void;
	/** The process that was started. */
	readonly started: () => number;
	/** The container's first process: the one started, or with users of its own that one's child. */
	readonly first: () => number;
	/** Brings the main thread back to the host's namespaces, and tells init what to become. */
	readonly comeHome: () => void;
	/** The container's network namespace: a path that is good once init was told. */
	readonly networkNamespace: () => string;
}

/** For a plan that is only printed or undone. */
export const unborn: Birth = {
	spawnInit: notUnderWay,
	started: notUnderWay,
	first: notUnderWay,
	comeHome: notUnderWay,
	networkNamespace: notUnderWay,
};

/**
 * The steps that make the first process.
 *
 * @param prepare what has to be done to it before it goes on.
 */
export function birthSteps(birth: Birth, maps: IdMaps | undefined, prepare: readonly Step[]): readonly Step[] {
	return [
		{
			module: 'runtime',
			title: 'start init inside',
			why: 'somebody has to finish the set-up from within; it then becomes the user’s program',
			where: 'host',
			run: birth.spawnInit,
			// Its processes are ended with its cgroup, and with its PID namespace.
		},
		...(maps === undefined ? [] : userSteps(maps, birth.started)),
		...prepare,
		{
			module: 'runtime',
			title: 'come back to the host’s namespaces',
			why: 'the starter had to enter what its child should be born into, and still has work on the host',
			where: 'host',
			run: birth.comeHome,
		},
	];
}

/** Inside, between "created" and "started" in the words of the OCI specification. */
export const awaitStartStep: Step = {
	module: 'runtime',
	title: 'wait for the word to start',
	why: 'the container is created; the host’s part, such as the network, must be ready before the program runs',
	run: () => {
		tell({report: 'created'});
		hear();
	},
};

function notUnderWay(): never {
	throw new Error('this plan is only to be read or undone: it was made without a start');
}
