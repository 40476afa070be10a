/**
 * What stands in for the original's files: the twin runs the same program, and it must not write to somebody's data.
 *
 *     -v /srv/data:/data        an empty directory of the twin's own, at /data
 *     /etc/hosts and so on      copies
 *
 * @module
 */
import {copyFileSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {ContainerRecord} from '#engine';
import {containerData} from '#engine/directories';
import type {Mount} from '#mnt';
import type {Localized} from '#words/language';

/** The mounts of the original's specification, with sources that belong to the twin. */
export function standIns({id, container}: ContainerRecord, directory: string): readonly Mount[] {
	const place = join(directory, 'volumes');
	mkdirSync(place, {recursive: true});
	return (container.spec.mounts ?? []).map((mount, index) => {
		if (mount.type !== 'bind' || mount.source === undefined) return mount;
		const source = join(place, `${index}-${basename(mount.destination)}`);
		if (isHosts(mount)) return mount;
		if (isEngines(id, mount)) copyFileSync(mount.source, source);
		else if (statSync(mount.source).isDirectory()) mkdirSync(source);
		else writeFileSync(source, '');
		return {...mount, source};
	});
}

/** The mounts that somebody asked for: not those that the engine adds for names and neighbours. */
export function isEngines(id: string, mount: Mount): boolean {
	return mount.source?.startsWith(`${containerData(id)}/`) === true || isHosts(mount);
}

/** Where sysfs can't be mounted, the host's is bound; with the host's IPC namespace comes its shared memory. */
function isHosts({type, source, destination}: Mount): boolean {
	return type === 'bind' && source === destination && (destination === '/sys' || destination === '/dev/shm');
}

/** What to say if there were any. */
export function volumeNotes({id, container}: ContainerRecord): readonly Localized[] {
	const count = (container.spec.mounts ?? []).filter(mount => mount.type === 'bind' && !isEngines(id, mount)).length;
	if (count === 0) return [];
	return [
		{
			en: 'Its volumes are empty directories for the other one: a second program must not write to the same data.',
			zh: '给另一个容器的卷换成了空目录：不能让第二个程序写同一份数据。',
		},
	];
}
