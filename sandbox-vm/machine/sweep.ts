/**
 * Cleans up after programs that were killed: every command does it first.
 * @module
 */
import {docksDirectory, machinesDirectory, probesDirectory} from './directories.ts';
import {isTemporary, listDocks, openDock} from './dock.ts';
import {removeUnfinishedSnapshots} from './history.ts';
import {removeLooseDisks} from './loose-disks.ts';
import {removeLooseShares} from './loose-shares.ts';
import {adoptAbandoned} from './ownership.ts';
import {endMachineProcess} from './processes.ts';
import {removeUnfinishedTemplates} from './template.ts';

/** Ends and removes what nobody is responsible for any more: processes, sockets, disks, half-made states. */
export function sweepMachines(): void {
	adoptAbandoned(probesDirectory(), () => {});
	// A process can be left although the lock is free: a tied one, if its starter was killed before setpriv took effect.
	adoptAbandoned(machinesDirectory(), endMachineProcess);
	adoptAbandoned(docksDirectory(), () => {}, isTemporary);
	removeUnfinishedTemplates();
	for (const dock of listDocks().map(openDock)) {
		removeUnfinishedSnapshots(dock);
		removeLooseDisks(dock);
		removeLooseShares(dock);
	}
}
