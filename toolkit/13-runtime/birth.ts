/**
 * Birth: how the container's first process is made, and when the two sides of a start wait for each other.
 *
 *     drydock:  enter new namespaces ─▶ spawn init ─▶ come back ─▶ cgroup, layers ─▶ instruct ─▶ network ─▶ "start"
 *     init:                             └▶ Node starts ────────────────────────▶ mounts, pivot … ─▶ waits ─▶ become
 *
 * Both work at the same time. Init comes up while the host's part is done, which takes it about as long.
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
	/** Brings the main thread back to the host's namespaces. */
	readonly comeHome: () => void;
	/** Tells init what to become. */
	readonly instruct: () => void;
	/** The container's network namespace: a path that is good once init was told. */
	readonly networkNamespace: () => string;
}

/** For a plan that is only printed or undone. */
export const unborn: Birth = {
	spawnInit: notUnderWay,
	started: notUnderWay,
	first: notUnderWay,
	comeHome: notUnderWay,
	instruct: notUnderWay,
	networkNamespace: notUnderWay,
};

/** The steps that make the first process. */
export function birthSteps(birth: Birth, maps: IdMaps | undefined): readonly Step[] {
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
		{
			module: 'runtime',
			title: 'come back to the host’s namespaces',
			why: 'the starter had to enter what its child should be born into, and still has work on the host',
			where: 'host',
			run: birth.comeHome,
		},
	];
}

/** The host's word to init: from here on both sides work. */
export function instructStep(birth: Birth): Step {
	return {
		module: 'runtime',
		title: 'tell init what to become',
		why: 'its cgroup and its layers are there now, and it goes on alone from here',
		where: 'host',
		run: birth.instruct,
	};
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
