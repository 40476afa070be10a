/**
 * A twin by runc: from the same config.json, which is what the specification is for.
 *
 * Source: runc(8), runc-run(8), runc-state(8).
 * @module
 */
import {spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {removeOne} from '#cgroup/directory';
import {withoutMissing} from '#compare/missing-powers';
import {attempt, awaitProgram, lastLine, observeEnd, output} from '#compare/program';
import {standIns, volumeNotes} from '#compare/stand-ins';
import type {Original, Twin} from '#compare/twin';
import {withTwinRoot} from '#compare/twin-root';
import {tolerate} from '#kernel/error';
import {exactJson} from '#kernel/exact-json';
import {cgroupDirectory, listHierarchies} from '#observe/hierarchies';
import {openPty} from '#process/pty';
import type {Spec} from '#runtime';

/** @throws one line if runc isn't there, or can't make the container. */
export async function runcTwin(original: Original): Promise<Twin> {
	const {record, directory} = original;
	const version = output('runc', ['--version']).split('\n')[0]!;
	const id = `compare-${record.id.slice(0, 12)}`;
	const root = ['--root', join(directory, 'runc')];
	const bundle = join(directory, 'bundle');
	mkdirSync(bundle, {recursive: true});
	const {spec, notes} = withoutMissing(twinSpec(original, id));
	const terminal = spec.process?.terminal === true ? openPty() : undefined;
	const child = withTwinRoot(original, rootfs => {
		writeFileSync(join(bundle, 'config.json'), exactJson({...spec, root: {...spec.root, path: rootfs}}));
		const slave = terminal && openSync(terminal.slave, 'r+');
		try {
			return spawn('runc', [...root, 'run', '--bundle', bundle, id], {
				stdio: slave === undefined ? ['ignore', 'pipe', 'pipe'] : [slave, slave, slave],
				cwd: '/',
			});
		} finally {
			if (slave !== undefined) closeSync(slave);
		}
	});
	const failure = observeEnd(child);
	const remove = (): void => {
		attempt('runc', [...root, 'kill', id, 'KILL']);
		// While its first process dies, the cgroup is in use, and runc tries for some time.
		attempt('runc', [...root, 'delete', '--force', id]);
		removeParents();
		if (terminal !== undefined) closeSync(terminal.master);
	};
	try {
		const pid = await awaitProgram(() => pidOf(root, id), original, failure);
		return {version, pid, notes: [...notes, ...volumeNotes(record)], remove};
	} catch (error) {
		remove();
		throw error;
	}
}

/** Removes what is left of twins below a directory, whoever made them. */
export function removeRuncTwins(directory: string): void {
	const root = join(directory, 'runc');
	for (const id of tolerate(['ENOENT'], () => readdirSync(root)) ?? [])
		attempt('runc', ['--root', root, 'delete', '--force', id]);
	removeParents();
}

/** runc is in all hierarchies, also in those where this engine has nothing, and leaves what held its cgroup. */
function removeParents(): void {
	for (const hierarchy of listHierarchies()) {
		const directory = cgroupDirectory(hierarchy, '/drydock');
		if (directory !== undefined) removeOne(directory);
	}
}

/** The same document, but for what two containers can't both have. */
function twinSpec({record, directory}: Original, id: string): Spec {
	const {spec} = record.container;
	const parent = dirname(spec.linux?.cgroupsPath ?? '/drydock/x');
	return {
		...spec,
		mounts: standIns(record, directory),
		linux: {...spec.linux, cgroupsPath: join(parent, id)},
	};
}

function pidOf(root: readonly string[], id: string): number | undefined {
	const {status, stdout} = spawnSync('runc', [...root, 'state', id], {encoding: 'utf8'});
	if (status !== 0 || lastLine(stdout) === '') return undefined;
	const {pid, status: state} = JSON.parse(stdout) as {readonly pid: number; readonly status: string};
	return state === 'running' && pid > 0 ? pid : undefined;
}
