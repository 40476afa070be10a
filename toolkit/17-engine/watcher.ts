/**
 * The program that watches a detached container: started by `startDetached`, it lives as long as the container.
 * @module
 */
import {closeSync, writeSync} from 'node:fs';
import {type WatcherReport, watcherDescriptors} from '#engine/detached';
import {startFailure} from '#engine/exit-code';
import {inheritOwnership} from '#engine/ownership';
import {readRecord} from '#engine/record';
import {watchContainer} from '#engine/watch';
import {closeOnExec} from '#process';

async function main(): Promise<void> {
	closeOnExec();
	const id = process.argv[2] ?? '';
	const owned = inheritOwnership(id, watcherDescriptors.owner);
	const record = readRecord(id);
	if (record === undefined) throw new Error(`no container ${id}`);
	let told = false;
	const tell = (report: WatcherReport): void => {
		if (told) return;
		told = true;
		// A starter that was killed meanwhile doesn't matter: the container runs, and can be found by its name.
		try {
			writeSync(watcherDescriptors.report, JSON.stringify(report));
		} catch {}
		closeSync(watcherDescriptors.report);
	};
	try {
		const ending = await watchContainer(record, owned, {onStarted: () => tell({started: true})});
		tell(ending.failure === undefined ? {started: true} : {started: false, failure: ending.failure});
	} catch (error) {
		tell({started: false, failure: startFailure(error, '')});
	}
}

// The terminal and the session that this was started from are none of its business.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => {});
void main();
