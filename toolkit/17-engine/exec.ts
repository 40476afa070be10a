/**
 * One more program in a container that runs.
 * @module
 */

import {filterFor} from '#engine/filter-cache';
import {findContainer} from '#engine/names';
import type {CreateOptions} from '#engine/options';
import type {ContainerRecord} from '#engine/record';
import {workdirOf} from '#engine/spec-for';
import {Conflict, requireRunning} from '#engine/stop';
import {canExecHere, type ExecRequest, type ProcessSpec} from '#runtime';
import {capabilitySets} from '#security';
import {readUserFiles, resolveUser} from '#user';

/** What can be asked of an exec, in docker's words. */
export interface ExecChoice
	extends Pick<CreateOptions, 'env' | 'workdir' | 'user' | 'privileged' | 'tty' | 'consoleSize'> {
	readonly command: readonly string[];
	/** Whether nobody waits for its end. */
	readonly detach?: boolean;
}

/**
 * What to ask of the runtime for an exec: the container's own settings, but for what was chosen anew.
 *
 * @throws {NoSuchContainer}; {Conflict} if it doesn't run or is paused; one line for a relative directory.
 */
export function execRequest(reference: string, choice: ExecChoice): ExecRequest {
	const record = requireRunning(findContainer(reference), 'exec in');
	if (record.state.status === 'paused')
		throw new Conflict(`container ${record.name} is paused, unpause the container before exec`);
	const target = record.state.process;
	if (target === undefined) throw new Conflict(`container ${record.name} is not running`);
	const request = {target, spec: record.container.spec, process: processFor(record, choice)};
	const stays = choice.detach !== true && canExecHere(request);
	return {...request, filter: filterFor(request.spec.linux?.seccomp, {stays})};
}

function processFor({container, state}: ContainerRecord, choice: ExecChoice): ProcessSpec {
	const base = container.spec.process!;
	const user =
		choice.user === undefined ? undefined : resolveUser(choice.user, readUserFiles(`/proc/${state.process!.pid}/root`));
	const added = (choice.env ?? []).flatMap(text => {
		const value = text.includes('=') ? text : process.env[text] === undefined ? [] : `${text}=${process.env[text]}`;
		return value;
	});
	const overridden = new Set(added.map(text => text.split('=')[0]));
	const {consoleSize: _size, ...rest} = base;
	return {
		...rest,
		args: choice.command,
		terminal: choice.tty === true,
		...(choice.consoleSize === undefined
			? {}
			: {consoleSize: {width: choice.consoleSize.columns, height: choice.consoleSize.rows}}),
		env: [
			...base.env.filter(text => !overridden.has(text.split('=')[0]!)),
			...(choice.tty === true && !base.env.some(text => text.startsWith('TERM=')) ? ['TERM=xterm'] : []),
			...added,
		],
		cwd: workdirOf(choice.workdir ?? base.cwd),
		...(user === undefined ? {} : {user: {uid: user.uid, gid: user.gid, additionalGids: user.additionalGids}}),
		...(choice.privileged === true || user !== undefined
			? {
					capabilities: capabilitySets({
						privileged: choice.privileged === true,
						user: user ?? base.user,
						...chosenBefore(base),
					}),
				}
			: {}),
	};
}

/** The container's own choice of capabilities, as what is added to none. */
function chosenBefore({capabilities}: ProcessSpec): {
	readonly add: readonly string[];
	readonly drop: readonly string[];
} {
	return {add: capabilities?.bounding ?? [], drop: ['ALL']};
}
