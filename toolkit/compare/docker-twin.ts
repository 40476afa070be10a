/**
 * A twin by docker or podman, whose commands are the same: an image of the same root, and `run` with the same options.
 *
 * Source: docker import(1), docker run(1), docker inspect(1).
 * @module
 */
import {spawnSync} from 'node:child_process';
import {dockerArguments, isPrivileged} from '#compare/docker-arguments';
import {keptLimits, missingCapabilities} from '#compare/missing-powers';
import {attempt, awaitProgram, firstChildOf, lastLine, output} from '#compare/program';
import {standIns, volumeNotes} from '#compare/stand-ins';
import type {Original, Twin} from '#compare/twin';
import {importImage} from '#compare/twin-image';
import type {Localized} from '#words/language';

/** @throws one line if the engine isn't there, doesn't answer, or refuses. */
export async function dockerTwin(original: Original, program: 'docker' | 'podman'): Promise<Twin> {
	const {record, directory} = original;
	const version = versionOf(program);
	const missing = isPrivileged(record.container.spec) ? missingCapabilities(record.container.spec) : [];
	if (missing.length > 0)
		throw new Error(
			`${program} gives a privileged container all capabilities, and root of this machine has no ${missing.join(', ')}: compare it --with runc`,
		);
	const name = `drydock-compare-${record.id.slice(0, 12)}`;
	const image = `${name}:latest`;
	const remove = (): void => {
		attempt(program, ['rm', '--force', '--volumes', name]);
		attempt(program, ['rmi', '--force', image]);
	};
	// What an earlier comparison left that was killed in the middle.
	remove();
	try {
		const {command, note} = await importImage(original, program, image);
		const mounts = standIns(record, directory);
		const {limits, notes} = program === 'podman' ? keptLimits(original) : {limits: [], notes: []};
		output(program, dockerArguments(record, {name, image, engine: program, command, mounts, limitsKept: limits}));
		const pid = await awaitProgram(
			() => (record.container.init === true ? firstChildOf(runningPid(program, name)) : runningPid(program, name)),
			{argv: command, signal: original.signal},
			() => failureOf(program, name),
		);
		return {
			version: `${program} ${version}`,
			pid,
			notes: [note, ...notes, ...networkNotes(record.networkMode, program), ...volumeNotes(record)],
			remove,
		};
	} catch (error) {
		remove();
		throw error;
	}
}

function networkNotes(networkMode: string, program: string): readonly Localized[] {
	if (program !== 'docker' || !networkMode.startsWith('container:')) return [];
	return [
		{
			en: 'It is in another container’s network, and docker can join only its own containers’: its twin has a network without links.',
			zh: '它处在另一个容器的网络里，而 docker 只能加入自己的容器的网络：另一个容器的网络里没有接口。',
		},
	];
}

/** @throws one line that says how to start the daemon, if that is what is missing. */
function versionOf(program: 'docker' | 'podman'): string {
	const {status, stdout, error} = spawnSync(program, ['version', '--format', '{{.Server.Version}}'], {
		encoding: 'utf8',
	});
	if (error === undefined && status === 0 && stdout.trim() !== '') return stdout.trim();
	if (program === 'podman' && error === undefined)
		return output('podman', ['version', '--format', '{{.Client.Version}}']);
	// Says so if it isn't installed.
	output(program, ['--version']);
	throw new Error("docker's daemon does not answer: start it with 'systemctl start docker', or by hand with 'dockerd'");
}

interface State {
	readonly Status: string;
	readonly Pid: number;
	readonly ExitCode: number;
	readonly Error?: string;
}

function stateOf(program: string, name: string): State | undefined {
	const {status, stdout} = spawnSync(program, ['inspect', '--format', '{{json .State}}', name], {encoding: 'utf8'});
	return status === 0 ? (JSON.parse(stdout) as State) : undefined;
}

function runningPid(program: string, name: string): number | undefined {
	const state = stateOf(program, name);
	return state?.Status === 'running' && state.Pid > 0 ? state.Pid : undefined;
}

function failureOf(program: string, name: string): string | undefined {
	const state = stateOf(program, name);
	if (state === undefined || (state.Status !== 'exited' && state.Status !== 'dead')) return undefined;
	const {stderr} = spawnSync(program, ['logs', '--tail', '1', name], {encoding: 'utf8'});
	return `the other container ended at once, with exit code ${state.ExitCode}: ${state.Error || lastLine(stderr) || 'it said nothing'}`;
}
